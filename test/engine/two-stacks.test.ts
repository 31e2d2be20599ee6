import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { createSource, type TestSource } from "../emulator/test-source";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { OpenApiClient } from "../support/openapi-client";
import { EVERYTHING } from "../support/tier";

describe("deployments at the same time", { timeout: 240_000 }, () => {
  let source: TestSource;
  let emulator: Emulator;
  const projects: EngineProject[] = [];

  beforeAll(async () => {
    [source, emulator] = await Promise.all([
      createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" }),
      startEmulator(),
    ]);
  });
  afterAll(async () => {
    for (const project of projects) await project[Symbol.asyncDispose]();
    await emulator.cleanUp();
    await emulator.close();
    await source.drop();
  });

  /** A project of its own with a connector of the one source. */
  async function start(connector: { connectorName?: string }): Promise<EngineProject> {
    const { hostname, port } = new URL(source.details().url);
    const program = `
const connector = new ardent.Connector("shop", {
  ...${JSON.stringify(connector)},
  projectId: ${JSON.stringify(emulator.projectId)},
  source: {
    host: ${JSON.stringify(hostname)},
    port: ${port},
    database: ${JSON.stringify(source.database)},
    user: ${JSON.stringify(source.role)},
    password: config.requireSecret("password"),
    sslMode: "disable",
  },
});
exports.connectorId = connector.connectorId;
`;
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    const project = await engineProject(program, env);
    projects.push(project);
    await project.setConfig({ password: { value: source.password, secret: true } });
    return project;
  }
  const up = ({ stack }: EngineProject) => printedBy((options) => stack.up(options));
  const recordedId = async ({ stack }: EngineProject) => (await stack.outputs()).connectorId?.value;
  async function connectorsNamed(name: string): Promise<{ id: string }[]> {
    const { body } = await new OpenApiClient(emulator).call("GET", `/v1/connectors?org_id=${emulator.orgId}`);
    const { connectors } = body as { connectors: { id: string; name: string }[] };
    return connectors.filter((connector) => connector.name === name);
  }

  it("of two stacks end with one connector, and the later stack gets an error with the fix", async () => {
    const both = [await start({ connectorName: "shop" }), await start({ connectorName: "shop" })];
    const ups = await Promise.all(both.map(up));
    const connectors = await connectorsNamed("shop");
    expect(connectors).toHaveLength(1);
    expect(ups.map(({ failed }) => failed).toSorted()).toEqual([false, true]);
    for (const [index, { failed, text }] of ups.entries()) {
      const id = await recordedId(both[index] as EngineProject);
      if (failed) expect(text).toContain(`set \`adopt: true\` or \`connectorId: "${connectors[0]?.id}"\``);
      expect(id).toBe(failed ? undefined : connectors[0]?.id);
    }
  });

  it.runIf(EVERYTHING)(
    "of one stack are serialized by Pulumi's lock, and end with one connector even without it",
    async () => {
      const project = await start({});
      const slow = emulator.addFault({
        operation: "POST /v1/connectors",
        fault: { kind: "delay", ms: 4_000 },
      });
      const first = up(project);
      await expect
        .poll(() => emulator.faults().find(({ id }) => id === slow.id)?.hits, { timeout: 60_000 })
        .toBe(1);
      const locked = await up(project);
      expect(locked.failed).toBe(true);
      expect(locked.text).toContain("the stack is currently locked");

      expect((await project.pulumi("cancel", "--yes")).code).toBe(0);
      const again = await up(project);
      expect(again.failed, again.text).toBe(false);
      await first;
      const connectors = await connectorsNamed("infra-test-shop");
      expect(connectors.map(({ id }) => id)).toEqual([await recordedId(project)]);
      expect((await project.stack.preview()).changeSummary).toEqual({ same: 2 });
    },
  );
});
