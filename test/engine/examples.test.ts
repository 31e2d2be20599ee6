import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { commandLine } from "../cli/command-line";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres } from "../support/postgres";

const ROLE = "ardent_replication";

// The others of examples/ have tests of their own: many-databases in programs/, preview-branches beside this file.
describe("the examples", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let emulator: Emulator;

  /** A database as the examples expect it: owners with tables in two schemas. */
  beforeEach(async () => {
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
    await server.query("CREATE ROLE app_writer; CREATE ROLE billing_writer");
    await server.query("CREATE DATABASE shop OWNER app_writer");
    await inShop(
      `CREATE SCHEMA billing AUTHORIZATION billing_writer;
       SET ROLE app_writer; CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE events (id int PRIMARY KEY);
       SET ROLE billing_writer; CREATE TABLE billing.invoices (id int PRIMARY KEY)`,
    );
  });
  afterEach(async () => {
    await emulator.close();
    await server.stop();
  });

  const inShop = (sql: string) => server.query(sql, [], { database: "shop" });

  const createRole = () =>
    server.query(`CREATE ROLE ${ROLE} LOGIN SUPERUSER REPLICATION PASSWORD 'role-secret'`);

  const readable = async (tables: readonly string[]) => {
    const rows = await inShop(
      `SELECT relation FROM unnest(ARRAY['${tables.join("','")}']) AS relation
        WHERE EXISTS (SELECT FROM pg_class, aclexplode(relacl) AS granted JOIN pg_roles AS r ON r.oid = granted.grantee
                       WHERE pg_class.oid = relation::regclass AND rolname = '${ROLE}')`,
    );
    return rows.map(({ relation }) => relation);
  };

  const roleExists = async () =>
    (await server.query("SELECT FROM pg_roles WHERE rolname = $1", [ROLE])).length === 1;

  /** A project with an example's program. */
  async function project(example: string): Promise<EngineProject> {
    const program = await readFile(join(__dirname, `../../examples/${example}/index.ts`), "utf8");
    const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
    const made = await engineProject(program, env, { main: "index.ts" });
    await made.setConfig({
      host: { value: server.host },
      port: { value: String(server.port) },
      projectId: { value: emulator.projectId },
      adminPassword: { value: server.admin.password, secret: true },
      ardentPassword: { value: "role-secret", secret: true },
    });
    return made;
  }

  async function up({ stack }: EngineProject) {
    const { failed, text } = await printedBy((options) => stack.up(options));
    expect(failed, text).toBe(false);
    const outputs = await stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  async function destroy({ stack }: EngineProject): Promise<void> {
    const { failed, text } = await printedBy((options) => stack.destroy(options));
    expect(failed, text).toBe(false);
    expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
  }

  it("quickstart connects a database, and removes everything again", async () => {
    await using quickstart = await project("quickstart");
    expect((await up(quickstart)).connectorId).toMatch(/^con_/);
    expect(await readable(["orders"])).toEqual(["orders"]);
    await destroy(quickstart);
    expect(await roleExists()).toBe(false);
  });

  it("existing-role connects a database with a role that it neither creates nor drops", async () => {
    await createRole();
    await using existingRole = await project("existing-role");
    expect((await up(existingRole)).connectorId).toMatch(/^con_/);
    expect(await readable(["orders"])).toEqual(["orders"]);
    await destroy(existingRole);
    expect(await roleExists()).toBe(true);
    expect(await readable(["orders"])).toEqual([]);
  });

  it("many-owners reads who owns tables, and lets Ardent read what each of them creates later", async () => {
    await using manyOwners = await project("many-owners");
    expect((await up(manyOwners)).connectorId).toMatch(/^con_/);
    await inShop(
      `SET ROLE app_writer; CREATE TABLE coupons (id int PRIMARY KEY);
       SET ROLE billing_writer; CREATE TABLE billing.credits (id int PRIMARY KEY)`,
    );
    const tables = ["orders", "coupons", "billing.invoices", "billing.credits"];
    expect(await readable(tables)).toEqual(tables);
    await destroy(manyOwners);
    expect(await roleExists()).toBe(false);
  });

  it("narrow-role grants a role what reading takes, and nothing more", async () => {
    await using narrowRole = await project("narrow-role");
    expect(await up(narrowRole)).toEqual({ roleName: ROLE });
    const attributes = "SELECT rolsuper, rolreplication, rolcreatedb, rolcreaterole FROM pg_roles";
    expect(await server.query(`${attributes} WHERE rolname = $1`, [ROLE])).toEqual([
      { rolsuper: false, rolreplication: true, rolcreatedb: false, rolcreaterole: false },
    ]);
    expect(await readable(["orders", "billing.invoices"])).toEqual(["orders"]);
    await destroy(narrowRole);
    expect(await roleExists()).toBe(false);
  });

  it("preflight-only creates nothing, and fails when the source is no longer ready", async () => {
    await createRole();
    const access = ["--role", ROLE, "--schemas", "public", "--owners", "app_writer"];
    const { stdout: grants } = await commandLine(["grants", server.url("shop"), ...access]);
    await server.exec(["sh", "-c", 'printf %s "$1" | psql -qX -d shop -f -', "sh", grants]);
    await using preflightOnly = await project("preflight-only");
    const { checks } = await up(preflightOnly);
    expect(Object.values(checks)).not.toContain("fail");
    expect(checks).toMatchObject({ "role-login": "pass", "wal-level": "pass" });

    await server.query(`ALTER ROLE ${ROLE} NOLOGIN`);
    const drifted = await printedBy((options) => preflightOnly.stack.up(options));
    expect(drifted.failed).toBe(true);
    expect(drifted.text).toContain("role-login");
    await destroy(preflightOnly);
  });
});
