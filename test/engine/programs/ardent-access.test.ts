import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { type EngineProject, engineProject } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { closedPort, type ScriptedService, startScriptedService } from "../../support/scripted-service";
import { createShop, passwords, type Shop, shopProgram } from "../shop";

const SET_TOKEN = "pulumi config set --secret ardent:token <key>";
const SET_URL = "pulumi config set ardent:apiUrl https://api.tryardent.com/v1";

describe("the first preview of a program that cannot talk to Ardent", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let page: ScriptedService;
  let project: EngineProject;
  let shop: Shop;

  beforeAll(async () => {
    [server, emulator, page] = await Promise.all([
      startPostgres({ major: 17 }),
      startEmulator(),
      startScriptedService(() => ({ status: 200, text: "<html><body>Log in</body></html>" })),
    ]);
    shop = await createShop(server);
    project = await engineProject("");
  }, 400_000);
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await Promise.all([emulator.close(), page.stop(), server.stop()]);
  });

  /** What the first preview prints with these settings. */
  async function preview({ token = emulator.token, apiUrl = emulator.url, projectId = emulator.projectId }) {
    await project.setProgram(shopProgram(server, shop, { connector: { projectId } }));
    await project.setConfig({
      ...passwords(server, "role-secret"),
      "ardent:token": { value: token, secret: true },
      "ardent:apiUrl": { value: apiUrl },
    });
    const { code, text } = await project.pulumi("preview");
    return { code, text, diagnostics: text.slice(text.indexOf("Diagnostics:")) };
  }

  const cases: readonly [string, () => Parameters<typeof preview>[0], string, RegExp, string][] = [
    [
      "no token",
      () => ({ token: "" }),
      "no API token is set",
      /ardent:token: not set, nor is ARDENT_TOKEN; needs an API key/,
      SET_TOKEN,
    ],
    [
      "a wrong token",
      () => ({ token: "sk-ard_test_wrong" }),
      "Ardent rejected the API token (401: Invalid or expired token)",
      /ardent:token: rejected by 127\.0\.0\.1:\d+; needs a valid API key/,
      SET_TOKEN,
    ],
    [
      "a URL without /v1",
      () => ({ apiUrl: emulator.url.replace(/\/v1$/, "") }),
      "the API URL has no /v1 at its end",
      /ardent:apiUrl: http:\/\/127\.0\.0\.1:\d+; needs the URL of Ardent's API with its version/,
      SET_URL,
    ],
    [
      "a project that does not exist",
      () => ({ projectId: "prj_nowhere" }),
      "Ardent does not find project prj_nowhere, or this token has no access to it",
      /projectId: prj_nowhere; needs a project of the organization that the token belongs to/,
      "Copy the project's id from Ardent's dashboard",
    ],
    [
      "a page that answers in Ardent's place",
      () => ({ apiUrl: page.apiUrl }),
      "the response is not from Ardent's API (200: text/html)",
      /ardent:apiUrl: http:\/\/127\.0\.0\.1:\d+\/v1; needs the URL of Ardent's API with its version/,
      SET_URL,
    ],
  ];
  it.each(cases)("fails, once, for %s, and says how to fix it", async (_, settings, what, finding, fix) => {
    const { code, text, diagnostics } = await preview(settings());
    expect(code, text).not.toBe(0);
    expect(diagnostics.split(`✗ ardent-access`), text).toHaveLength(2);
    expect(diagnostics.split(what), text).toHaveLength(2);
    expect(diagnostics).toMatch(finding);
    expect(diagnostics).toContain(fix);
    expect(text).not.toMatch(/^\s+at /m);
    expect(text).not.toContain("sk-ard_test");
  });

  it("does not fail for a service that is away for a moment, and says so once", async () => {
    emulator.addFault({ operation: "*", times: null, fault: { kind: "status", status: 503 } });
    for (const apiUrl of [emulator.url, `http://127.0.0.1:${await closedPort()}/v1`]) {
      const { code, text, diagnostics } = await preview({ apiUrl });
      expect(code, text).toBe(0);
      expect(diagnostics.split("this run continues without it"), text).toHaveLength(2);
      expect(diagnostics).toMatch(/preflight incomplete: \d unknown/);
      expect(diagnostics).not.toContain("ardent-access");
    }
    emulator.clearFaults();
  });
});
