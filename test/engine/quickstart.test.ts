import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres } from "../support/postgres";

describe("examples/quickstart", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let project: EngineProject;

  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    await server.query("CREATE ROLE app_writer");
    await server.query("CREATE DATABASE shop OWNER app_writer");
    const tables = `SET ROLE app_writer; CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE events (what text)`;
    await server.query(tables, [], { database: "shop" });
    const program = await readFile(join(__dirname, "../../examples/quickstart/index.ts"), "utf8");
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    project = await engineProject(program, env, { main: "index.ts" });
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.close();
    await server.stop();
  });

  it("deploys and is destroyed, installed from the packed tarball as its package.json says", async () => {
    await project.setConfig({
      host: { value: server.host },
      port: { value: String(server.port) },
      projectId: { value: emulator.projectId },
      adminPassword: { value: server.admin.password, secret: true },
      ardentPassword: { value: "role-secret", secret: true },
    });
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
    expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
    const destroyed = await printedBy((options) => project.stack.destroy(options));
    expect(destroyed.failed, destroyed.text).toBe(false);
    expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
  });
});
