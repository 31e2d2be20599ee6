import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../../support/engine";
import { type PostgresServer, startPostgres } from "../../support/postgres";

const DATABASES = ["shop", "billing"];
const ROLE = "SELECT FROM pg_roles WHERE rolname = 'ardent_replication'";

describe("examples/many-databases", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;
  let project: EngineProject;

  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    await server.query("CREATE ROLE app_writer");
    for (const database of DATABASES) {
      await server.query(`CREATE DATABASE ${database} OWNER app_writer`);
      const tables = "SET ROLE app_writer; CREATE TABLE orders (id int PRIMARY KEY); CREATE SCHEMA archive";
      await server.query(tables, [], { database });
    }
    const program = await readFile(join(__dirname, "../../../examples/many-databases/index.ts"), "utf8");
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    project = await engineProject(program, env, { main: "index.ts" });
    await project.setConfig({
      host: { value: server.host },
      port: { value: String(server.port) },
      sslMode: { value: "disable" },
      projectId: { value: emulator.projectId },
      adminPassword: { value: server.admin.password, secret: true },
      ardentPassword: { value: "role-secret", secret: true },
    });
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.close();
    await server.stop();
  });

  it("creates one role, the grants and the connector of each database, and deletes all of them", async () => {
    const preview = await project.pulumi("preview");
    expect(preview.code, preview.text).toBe(0);
    const up = await printedBy((options) => project.stack.up(options));
    expect(up.failed, up.text).toBe(false);
    const { connectorIds } = await project.stack.outputs();
    expect(connectorIds?.value).toEqual({
      shop: expect.stringMatching(/^con_/),
      billing: expect.stringMatching(/^con_/),
    });
    for (const database of DATABASES) {
      const readable = "SELECT has_table_privilege('ardent_replication', 'orders', 'SELECT') AS yes";
      expect(await server.query(readable, [], { database })).toEqual([{ yes: true }]);
    }
    const again = await project.pulumi("preview", "--expect-no-changes");
    expect(again.code, again.text).toBe(0);

    const destroyed = await printedBy((options) => project.stack.destroy(options));
    expect(destroyed.failed, destroyed.text).toBe(false);
    expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
    expect(await server.query(ROLE)).toEqual([]);
  });

  it("would be refused in preview without the provider that says which server the role is for", async () => {
    const { length } = await server.query(ROLE);
    await project.setProgram(
      `import * as ardent from "pulumi-ardent";
       new ardent.ReplicationRole("ardent", { name: "ardent_replication", password: "role-secret" });`,
    );
    const { code, text } = await project.pulumi("preview");
    expect(code, text).not.toBe(0);
    expect(text).toContain('ReplicationRole "ardent": 1 argument is invalid');
    expect(text).toContain("provider: is missing, and @pulumi/postgresql would connect to 127.0.0.1");
    expect(text).not.toMatch(/^\s+at /m);
    expect(await server.query(ROLE)).toHaveLength(length);
  });
});
