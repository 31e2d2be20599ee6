import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { parseConnectionUrl } from "../../src/postgres/connection-url";
import type { Session } from "../../src/postgres/session";
import { createSource, type TestSource } from "../emulator/test-source";
import { applicationSession } from "../support/application-session";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { OpenApiClient } from "../support/openapi-client";
import { EVERYTHING } from "../support/tier";

/** What examples/quickstart leaves for others: the connector's id. */
const INFRA = `import * as pulumi from "@pulumi/pulumi";
export const connectorId = new pulumi.Config().require("connectorId");
`;

describe("examples/preview-branches", { timeout: 240_000 }, () => {
  let emulator: Emulator;
  let api: OpenApiClient;
  let source: TestSource;
  let project: EngineProject;
  let pr: Stack;
  let connectorId: string;
  let firstUrl: string;
  /** Everything that Pulumi printed or stored in the open. */
  const seen: string[] = [];

  const run = async (work: Parameters<typeof printedBy>[0]) => {
    const printed = await printedBy(work);
    seen.push(printed.text, await project.stateFile("pr-42"));
    return printed;
  };
  const up = (flags = {}) => run((options) => pr.up({ ...options, ...flags }));
  const databaseUrl = async () => (await pr.outputs()).databaseUrl;
  const branches = async () => (await api.call("GET", `/v1/branches/${connectorId}`)).body;

  beforeAll(async () => {
    emulator = await startEmulator();
    api = new OpenApiClient(emulator);
    source = await createSource({
      script:
        "CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders VALUES (1, 'production')",
    });
    // The emulator copies a database only while no other session is connected to it.
    await source.admin.close();
    connectorId = await replicate(api, emulator, source);

    // Its types are checked with everything else; here every run would check them again.
    const transpile = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url, ...transpile };
    project = await engineProject(INFRA, env, { main: "index.ts" });
    await project.setConfig({ connectorId: { value: connectorId } });
    await project.stack.up();
    await project.setProgram(
      await readFile(join(__dirname, "../../examples/preview-branches/index.ts"), "utf8"),
    );
    pr = await Stack.create("pr-42", project.stack.workspace);
    await pr.setConfig("infraStack", { value: "organization/infra/test" });
  });
  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
    await emulator.cleanUp();
    await emulator.close();
    await source.drop();
  });

  it("previews a branch without asking for one", async () => {
    const { failed, text } = await run((options) => pr.preview(options));
    expect(failed, text).toBe(false);
    expect(text).toMatch(/ardent:Branch +database +create/);
    expect(text).not.toContain("Ardent:");
    expect(await branches()).toEqual([]);
  });

  it.runIf(EVERYTHING)("keeps waiting for a branch that was not ready in time", async () => {
    await pr.setConfig("branch", { value: "slow" });
    await project.setProgram(await exampleWith("timeout: 1,"));
    const blocker = await session(source.details().url);
    const late = await up();
    await blocker.close();
    expect(late.failed).toBe(true);
    expect(late.text).toMatch(/The branch "slow" is not ready yet[\s\S]*run `pulumi up` again/);

    await project.setProgram(await exampleWith(""));
    const { failed, text } = await up();
    expect(failed, text).toBe(false);
    expect(text).toContain('Ardent: still waiting for branch "slow"');
    expect((await branches()).map(({ name }: { name: string }) => name)).toEqual(["slow"]);
    expect(await databaseUrl()).toMatchObject({ secret: true, value: (await branches())[0].branch_url });
  });

  it.runIf(EVERYTHING)("replaces it when its name changes, and says that the old one stays", async () => {
    await pr.removeConfig("branch");
    const { failed, text } = await up();
    expect(failed, text).toBe(false);
    expect(text).toMatch(
      /branch "slow" of connector con_\w+ is not deleted: .*cannot delete branches[\s\S]*ardent branch delete slow/,
    );
    expect(await branches()).toHaveLength(2);
  });

  it("gives the pull request its own data, and its changes do not affect the source", async () => {
    const { failed, text } = await up();
    expect(failed, text).toBe(false);
    const output = await databaseUrl();
    expect(output?.secret).toBe(true);
    firstUrl = output?.value;
    expect(await query(firstUrl, "SELECT * FROM orders")).toEqual([{ id: 1, note: "production" }]);
    await query(firstUrl, "UPDATE orders SET note = 'pull request'");
    expect(await query(source.details().url, "SELECT * FROM orders")).toEqual([
      { id: 1, note: "production" },
    ]);
  });

  it("has nothing to do the second time", async () => {
    const { changeSummary } = await pr.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    const { failed, text } = await up();
    expect(failed, text).toBe(false);
    expect(text).toMatch(/2 unchanged/);
    expect((await run((options) => pr.refresh(options))).failed).toBe(false);
    expect(await databaseUrl()).toEqual({ value: firstUrl, secret: true });
  });

  it("is destroyed without the branch, says so, and gets it back unchanged when it is created again", async () => {
    const { failed, text } = await run((options) => pr.destroy(options));
    expect(failed, text).toBe(false);
    expect(text).toContain("ardent branch delete pr-42");
    const again = await up();
    expect(again.text).toContain('branch "pr-42" was requested by an earlier run');
    expect((await databaseUrl())?.value).toBe(firstUrl);
    expect(await query(firstUrl, "SELECT note FROM orders")).toEqual([{ note: "pull request" }]);
  });

  it.runIf(EVERYTHING)(
    "gets another branch, with fresh data, once the first was deleted at Ardent",
    async () => {
      await api.send("DELETE", `/emulator/connectors/${connectorId}/branches/pr-42`);
      const { failed, text } = await up();
      expect(failed, text).toBe(false);
      expect(text).toContain('branch "pr-42" was deleted at Ardent; it will be recreated');
      const { value } = (await databaseUrl()) as { value: string };
      expect(value).not.toBe(firstUrl);
      expect(await query(value, "SELECT note FROM orders")).toEqual([{ note: "production" }]);
      expect(Object.keys((await pr.preview()).changeSummary)).toEqual(["same"]);
    },
  );

  it("shows the URL, its password and the token nowhere", async () => {
    const { text: json } = await project.pulumi("preview", "--json", "--stack", "pr-42");
    expect(json).toContain('"databaseUrl": "[secret]"');
    const text = [...seen, json].join("\n");
    for (const secret of [
      source.password,
      encodeURIComponent(source.password),
      firstUrl,
      (await databaseUrl())?.value,
      emulator.token,
    ]) {
      const at = text.indexOf(secret as string);
      expect(at === -1 ? "" : text.slice(Math.max(0, at - 300), at)).toBe("");
    }
  });
});

/** The example, with more arguments for its branch. */
async function exampleWith(more: string): Promise<string> {
  const program = await readFile(join(__dirname, "../../examples/preview-branches/index.ts"), "utf8");
  return program.replace("connectorId,\n", `connectorId,\n  ${more}\n`);
}

/** Takes a source to where it is replicated; returns its connector's id. */
async function replicate(api: OpenApiClient, emulator: Emulator, source: TestSource): Promise<string> {
  const { body } = await api.call("POST", "/v1/connectors", {
    service_name: "postgresql",
    project_id: emulator.projectId,
    name: "shop",
    connection_details: source.details(),
  });
  const path = `/v1/connectors/${body.id}`;
  await api.finish(await api.call("POST", `${path}/discover`));
  await api.call("POST", `${path}/selection`, { selected_paths: ["*"] });
  await api.finish(await api.call("POST", `${path}/engine-setup`));
  return body.id;
}

function session(url: string): Promise<Session> {
  return applicationSession(parseConnectionUrl(url).settings, {
    applicationName: "test",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 30_000,
  });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const opened = await session(url);
  try {
    return await opened.query(sql);
  } finally {
    await opened.close();
  }
}
