import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineProject, engineProject } from "../../support/engine";
import { closedPort, type ScriptedService, startScriptedService } from "../../support/scripted-service";
import { EVERYTHING } from "../../support/tier";
import { LATER } from "./not-known-before";
import { useEmulator } from "./program-of-its-own";

const SET_TOKEN = "pulumi config set --secret ardent:token <key>";
const SET_URL = "pulumi config set ardent:apiUrl https://api.tryardent.com/v1";

const BEFORE = `${LATER}const later = new Later("later", "prj_later").value;`;

const connector = (projectId: string) => `
new ardent.Connector("shop", {
  projectId: ${projectId},
  source: { host: "db.example.com", database: "shop", user: "ardent_replication", password: "role-secret" },
});`;
const branch = (connectorId: string) => `
new ardent.Branch("pr", { connectorId: ${connectorId}, name: "pr-42" });`;
const replication = (connectorId: string) => `
new ardent.Replication("shop", { connectorId: ${connectorId} });`;

describe("the first preview of a program without preflight", { timeout: 240_000 }, () => {
  const emulator = useEmulator();
  let page: ScriptedService;
  let project: EngineProject;

  beforeAll(async () => {
    page = await startScriptedService(() => ({ status: 200, text: "<html><body>Log in</body></html>" }));
    project = await engineProject("");
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await page.stop();
  });

  async function preview(program: string, { token = emulator().token, apiUrl = emulator().url } = {}) {
    await project.setProgram(BEFORE + program);
    await project.setConfig({
      "ardent:token": { value: token, secret: true },
      "ardent:apiUrl": { value: apiUrl },
    });
    const { code, text } = await project.pulumi("preview");
    return { code, text, diagnostics: text.slice(text.indexOf("Diagnostics:")) };
  }

  const known = () => JSON.stringify(emulator().projectId);
  type Case = readonly [string, () => Parameters<typeof preview>, string, string];
  const cases: readonly Case[] = [
    [
      "a Connector without a token",
      () => [connector(known()), { token: "" }],
      "no API token is set",
      SET_TOKEN,
    ],
    [
      "a Connector with a wrong token whose project is made by the deployment",
      () => [connector("later"), { token: "sk-ard_test_wrong" }],
      "Ardent rejected the API token (401: Invalid or expired token)",
      SET_TOKEN,
    ],
    [
      "a Connector of a project that does not exist",
      () => [connector('"prj_nowhere"')],
      "Ardent does not find project prj_nowhere, or this token has no access to it",
      "Copy the project's id from Ardent's dashboard",
    ],
    [
      "a Branch of a connector that does not exist",
      () => [branch('"con_nowhere"')],
      "Ardent does not find connector con_nowhere, or this token has no access to it",
      "Copy the connector's id from Ardent's dashboard",
    ],
    [
      "a Replication at a URL without /v1",
      () => [replication("later"), { apiUrl: emulator().url.replace(/\/v1$/, "") }],
      "the API URL has no /v1 at its end",
      SET_URL,
    ],
  ];
  const repetitions: readonly Case[] = [
    [
      "a Connector without a token whose project is made by the deployment",
      () => [connector("later"), { token: "" }],
      "no API token is set",
      SET_TOKEN,
    ],
    [
      "a Connector at a URL without /v1",
      () => [connector(known()), { apiUrl: emulator().url.replace(/\/v1$/, "") }],
      "the API URL has no /v1 at its end",
      SET_URL,
    ],
    [
      "a Connector where a page answers in Ardent's place",
      () => [connector(known()), { apiUrl: page.apiUrl }],
      "the response is not from Ardent's API (200: text/html)",
      SET_URL,
    ],
    ["a Branch without a token", () => [branch("later"), { token: "" }], "no API token is set", SET_TOKEN],
    [
      "a Replication with a wrong token",
      () => [replication("later"), { token: "sk-ard_test_wrong" }],
      "Ardent rejected the API token",
      SET_TOKEN,
    ],
  ];
  const asked = EVERYTHING ? [...cases, ...repetitions] : cases;
  it.each(asked)("fails, once, for %s, and says how to fix it", async (_, program, what, fix) => {
    const { code, text, diagnostics } = await preview(...program());
    expect(code, text).not.toBe(0);
    expect(diagnostics.split(what), text).toHaveLength(2);
    expect(diagnostics).toContain(fix);
    expect(text).not.toMatch(/^\s+at /m);
    expect(text).not.toContain("sk-ard_test");
  });

  it("passes with what Ardent has, and for what only the deployment knows", async () => {
    const program =
      connector("later") +
      connector(known()).replace('"shop"', '"known"') +
      branch("later") +
      replication("later");
    const { code, text } = await preview(program);
    expect(code, text).toBe(0);
  });

  it("does not fail for a service that is away for a moment, and says so once", async () => {
    const { code, text, diagnostics } = await preview(connector(known()) + branch('"con_1"'), {
      apiUrl: `http://127.0.0.1:${await closedPort()}/v1`,
    });
    expect(code, text).toBe(0);
    expect(diagnostics.split("this run continues without it"), text).toHaveLength(2);
  });
});
