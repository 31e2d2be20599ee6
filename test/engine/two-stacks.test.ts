import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { createSource, type TestSource } from "../emulator/test-source";
import { type EngineProject, engineProject, printedBy } from "../support/engine";

describe("two stacks that declare the same connector and are deployed at the same time", {
  timeout: 240_000,
}, () => {
  let source: TestSource;
  let emulator: Emulator;
  let projects: EngineProject[];

  beforeAll(async () => {
    [source, emulator] = await Promise.all([
      createSource({ script: "CREATE TABLE orders (id int PRIMARY KEY)" }),
      startEmulator(),
    ]);
    const { hostname, port } = new URL(source.details().url);
    const program = `
const connector = new ardent.Connector("shop", {
  projectId: ${JSON.stringify(emulator.projectId)},
  connectorName: "shop",
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
    projects = await Promise.all([1, 2].map(() => engineProject(program, env)));
    for (const project of projects)
      await project.setConfig({ password: { value: source.password, secret: true } });
  });
  afterAll(async () => {
    for (const project of projects) await project[Symbol.asyncDispose]();
    await emulator.cleanUp();
    await emulator.close();
    await source.drop();
  });

  it("come out with one connector, and the later stack is told of it and of the way on", async () => {
    const ups = await Promise.all(projects.map(({ stack }) => printedBy((options) => stack.up(options))));
    const response = await fetch(`${emulator.url}/connectors?org_id=${emulator.orgId}`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    const { connectors } = (await response.json()) as { connectors: { id: string }[] };
    expect(connectors).toHaveLength(1);
    expect(ups.map(({ failed }) => failed).toSorted()).toEqual([false, true]);
    for (const [index, { failed, text }] of ups.entries()) {
      const id = (await projects[index]?.stack.outputs())?.connectorId?.value;
      if (failed) expect(text).toContain(`set \`adopt: true\` or \`connectorId: "${connectors[0]?.id}"\``);
      expect(id).toBe(failed ? undefined : connectors[0]?.id);
    }
  });
});
