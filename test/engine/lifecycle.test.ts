import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { type EngineProject, engineProject, printedBy } from "../support/engine";
import { type PostgresServer, startPostgres } from "../support/postgres";
import { EVERYTHING } from "../support/tier";
import { createShop, passwords, type Shop, shopProgram } from "./shop";

/*
 * One source's life on a real engine, each step building on the one before: what the demo shows, with values.
 */
describe("a source from not ready to replicated and back", { timeout: 240_000 }, () => {
  let server: PostgresServer;
  let shop: Shop;
  let emulator: Emulator;
  let project: EngineProject;

  const program = (changed: Record<string, unknown> = {}) =>
    shopProgram(server, shop, { connector: { projectId: emulator.projectId }, ...changed });
  const rolesAndSlots = () =>
    server.query(
      `SELECT (SELECT count(*)::int FROM pg_roles WHERE rolname = $1) AS roles,
              (SELECT count(*)::int FROM pg_replication_slots) AS slots,
              (SELECT count(*)::int FROM pg_event_trigger) AS "eventTriggers"`,
      [shop.role],
      { database: shop.database },
    );

  beforeAll(async () => {
    const hba = ["host all all all scram-sha-256", "host replication all all scram-sha-256"];
    [server, emulator] = await Promise.all([
      startPostgres({ major: 17, ready: false, hba }),
      startEmulator(),
    ]);
    shop = await createShop(server);
    project = await engineProject(program(), { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url });
    await project.setConfig(passwords(server, "role-secret"));
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await emulator.close();
    await server.stop();
  });

  it("fails the preview with every problem and its fix, and changes nothing", async () => {
    const { failed, text } = await printedBy((options) => project.stack.preview(options));
    expect(failed).toBe(true);
    expect(text).toContain("ALTER SYSTEM SET wal_level = 'logical';");
    expect(text).toContain(
      "ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'test_decoding', 'wal2json';",
    );
    expect(text).toMatch(/… role +pending: created by this deployment \(role-exists, /);
    expect(text.match(/✗ wal-level/g), "printed once").toHaveLength(1);
    expect(text, "what passed is only counted").not.toMatch(/✓|writable-primary/);
    expect(text).toContain(
      `ALTER ROLE "postgres" IN DATABASE "${shop.database}" SET search_path = pg_catalog, pg_temp;`,
    );
    expect(await rolesAndSlots()).toEqual([{ roles: 0, slots: 0, eventTriggers: 0 }]);
  });

  it("previews what is left as pending once the fixes are applied", async () => {
    await server.query("ALTER SYSTEM SET wal_level = 'logical'");
    await server.query("ALTER SYSTEM SET output_plugin_libraries = pgoutput, test_decoding, wal2json");
    // What the preview warns of: the application owns the database.
    await server.query(
      `ALTER ROLE postgres IN DATABASE ${shop.database} SET search_path = pg_catalog, pg_temp`,
    );
    await server.restart();
    const { failed, text } = await printedBy((options) => project.stack.preview(options));
    expect(failed).toBe(false);
    expect(text).toMatch(/… grants +pending: created by this deployment \(.*read-tables/);
    expect(text).not.toContain("✗");
  });

  it("deploys role, grants, default privileges, connector and replication", async () => {
    const up = await project.stack.up();
    expect(up.outputs.connectorId?.value).toMatch(/^con_/);
    expect(await rolesAndSlots()).toEqual([{ roles: 1, slots: 1, eventTriggers: 2 }]);
    const [attributes] = await server.query(
      `SELECT rolcanlogin AS login, rolreplication AS replication, rolsuper AS superuser,
              rolpassword LIKE 'SCRAM-SHA-256$%' AS scram FROM pg_authid WHERE rolname = $1`,
      [shop.role],
    );
    expect(attributes).toEqual({ login: true, replication: true, superuser: true, scram: true });
  });

  it("makes the runbook's grants, according to the catalog", async () => {
    const acl = await server.query<{ object: string; privilege: string }>(
      `WITH acls (object, acl) AS (
         SELECT 'database', datacl FROM pg_database WHERE datname = current_database()
         UNION ALL SELECT 'schema ' || nspname, nspacl FROM pg_namespace WHERE nspname = 'public'
         UNION ALL SELECT relkind::text || ' ' || relname, relacl FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
         UNION ALL SELECT 'default ' || defaclobjtype::text || ' of ' || defaclrole::regrole, defaclacl FROM pg_default_acl
       )
       SELECT object, string_agg(privilege_type, ',' ORDER BY privilege_type) AS privilege
       FROM acls, aclexplode(acl) WHERE grantee = $1::regrole GROUP BY object ORDER BY object`,
      [shop.role],
      { database: shop.database },
    );
    expect(acl.map(({ object, privilege }) => `${object}: ${privilege}`)).toEqual([
      "S orders_id_seq: SELECT",
      "database: CONNECT,CREATE",
      `default S of ${shop.owner}: SELECT`,
      `default r of ${shop.owner}: SELECT`,
      "r customers: SELECT",
      "r events: SELECT",
      "r orders: SELECT",
      "schema public: USAGE",
    ]);
  });

  it("streams what the application writes", async () => {
    const { value: connectorId } = (await project.stack.outputs()).connectorId as { value: string };
    await server.query("INSERT INTO public.orders (total) VALUES (4242)", [], { database: shop.database });
    const root = emulator.url.replace(/\/v1$/, "");
    const reply = await fetch(`${root}/emulator/connectors/${connectorId}/changes?wait=30`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    const { changes } = (await reply.json()) as { changes: { table: string; columns: object }[] };
    expect(changes[0]).toMatchObject({ table: "public.orders", columns: { total: 4242 } });
  });

  it("has nothing to do the second time, and every check passes with our own slot", async () => {
    const { changeSummary, stdout } = await project.stack.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    expect(stdout).toMatch(/preflight ok: \d+ passed/);
  });

  it("shows a grant revoked by hand as a change of the check, and restores it with a refresh", async () => {
    await server.query(`REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM ${shop.role}`, [], {
      database: shop.database,
    });
    const { text } = await printedBy((options) => project.stack.preview({ diff: true, ...options }));
    expect(text).toMatch(/~ read-tables *: "pass" => "fail"/);
    await project.stack.up({ refresh: true });
    const [{ readable } = { readable: false }] = await server.query<{ readable: boolean }>(
      "SELECT bool_and(relacl::text LIKE '%' || $1 || '=r/%') AS readable FROM pg_class WHERE relname IN ('orders', 'customers', 'events')",
      [shop.role],
      { database: shop.database },
    );
    expect(readable).toBe(true);
  });

  it.runIf(EVERYTHING)("shows a new table without a key, and blocks nothing", async () => {
    await server.query(`SET ROLE ${shop.owner}; CREATE TABLE public.audit (entry text)`, [], {
      database: shop.database,
    });
    const { text } = await printedBy((options) => project.stack.preview({ diff: true, ...options }));
    expect(text).toContain("table public.audit");
    expect(text).toMatch(/~ replica-identity *: "pass" => "fail"/);
    expect((await project.stack.up()).summary.result).toBe("succeeded");
    await server.query("DROP TABLE public.audit", [], { database: shop.database });
    await project.stack.up();
  });

  it.runIf(EVERYTHING)("says unknown while the service is down, and shows no change", async () => {
    await project.stack.setConfig("ardent:apiUrl", { value: "http://127.0.0.1:9/v1" });
    const { changeSummary, stdout } = await project.stack.preview();
    await project.stack.removeConfig("ardent:apiUrl");
    expect(stdout).toContain("the connection was refused (ECONNREFUSED); this run continues without it");
    expect(stdout).toMatch(/preflight incomplete: [^,]* unknown/);
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });

  it.runIf(EVERYTHING)("says unknown while the source cannot be reached, and shows no change", async () => {
    // The container ends with its server, in the middle of this command.
    await server.exec(["pg_ctl", "stop", "--mode=fast"]).catch(() => {});
    const { changeSummary, stdout } = await project.stack.preview();
    await server.restart();
    expect(stdout).toMatch(/preflight incomplete: .*; tcp-reachable: .*\(ECONNREFUSED\)\. Check the port/);
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });

  it("revokes our grants on a schema that is removed from the program, and no others", async () => {
    const at = { database: shop.database };
    await server.query(
      `CREATE SCHEMA billing; CREATE TABLE billing.invoices (id int PRIMARY KEY);
       GRANT USAGE ON SCHEMA billing TO ${shop.owner}; GRANT SELECT ON billing.invoices TO ${shop.owner}`,
      [],
      at,
    );
    const both = { public: { owners: [shop.owner] }, billing: {} };
    await project.setProgram(program({ schemas: both }));
    await project.stack.up();
    const grantees = () =>
      server.query(
        `SELECT DISTINCT grantee::regrole::text AS role FROM pg_class, aclexplode(relacl)
         WHERE relname = 'invoices' AND grantee <> relowner`,
        [],
        at,
      );
    expect(await grantees()).toHaveLength(2);
    await project.setProgram(program());
    await project.stack.up();
    expect(await grantees()).toEqual([{ role: shop.owner }]);
  });

  it("leaves nothing on the source when it is destroyed", async () => {
    await project.stack.destroy();
    expect(await rolesAndSlots()).toEqual([{ roles: 0, slots: 0, eventTriggers: 0 }]);
    expect(
      await server.query("SELECT nspname FROM pg_namespace WHERE nspname = 'pgstream'", [], {
        database: shop.database,
      }),
    ).toEqual([]);
  });
});
