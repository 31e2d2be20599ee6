import { afterAll, beforeAll, expect, it } from "vitest";
import { pgstreamSlotName } from "../../../src/preflight/facts/replication-artifacts";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("duplicate-source", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
  });
  afterAll(() => database.drop());

  it("passes beside another tool's wal2json slot", async () => {
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [
      `audit_${database.name}`,
    ]);
    expect(await checked(database, "duplicate-source")).toMatchObject({ outcome: "pass" });
  });

  it("warns of event triggers of others with any name, and fails if Ardent needs the name", async () => {
    await database.run(`
      CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER pgstream_audit ON sql_drop EXECUTE FUNCTION audit();
    `);
    expect(await checked(database, "duplicate-source")).toMatchObject({
      outcome: "warn",
      message: "1 event trigger with a name that Ardent uses, but another function",
      findings: [
        { object: "event trigger pgstream_audit", current: "not Ardent's", where: "runs public.audit" },
      ],
      fix: { sql: [] },
    });
    await database.run("ALTER EVENT TRIGGER pgstream_audit RENAME TO pgstream_emit_ddl_drop");
    expect(await checked(database, "duplicate-source")).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "event trigger pgstream_emit_ddl_drop",
          needed: "another name, because Ardent creates one with this name",
        },
      ],
      fix: { sql: [] },
    });
    await database.run("ALTER EVENT TRIGGER pgstream_emit_ddl_drop RENAME TO app_audit");
    expect(await checked(database, "duplicate-source")).toMatchObject({ outcome: "pass" });
  });

  it("fails if the database was connected under another name, and removes nothing", async () => {
    const slot = pgstreamSlotName(`was_${database.name}`);
    await database.run("CREATE SCHEMA pgstream");
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    expect(await checked(database, "duplicate-source")).toMatchObject({
      outcome: "fail",
      message: `this database was connected to Ardent under another name: its slot is ${slot}`,
      fix: { text: expect.stringContaining("rename it back"), sql: [] },
    });
    await database.session.query("SELECT pg_drop_replication_slot($1)", [slot]);
    await database.run("DROP SCHEMA pgstream");
  });

  it("fails if pgstream's slot, triggers and schema exist, and passes once they were removed as printed", async () => {
    const slot = pgstreamSlotName(database.name);
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [slot]);
    await database.run(`
      CREATE SCHEMA pgstream;
      CREATE FUNCTION pgstream.emit_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER pgstream_emit_ddl_drop ON sql_drop EXECUTE FUNCTION pgstream.emit_ddl();
    `);
    const result = await checked(database, "duplicate-source");
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        { object: "schema pgstream" },
        { object: "event trigger pgstream_emit_ddl_drop" },
        { object: `slot ${slot}`, current: "inactive" },
      ],
      fix: {
        destroys: expect.stringMatching(/^the slot's position in the WAL and everything in schema pgstream/),
      },
    });

    const ours = { kind: "read", value: { connector: { id: "con_1", name: "shop" } } } as const;
    expect(await checked(database, "duplicate-source", { facts: { service: ours } })).toMatchObject({
      outcome: "pass",
      message: "this program's connector: con_1",
    });
    const down = { kind: "unknown", reason: "the service is down" } as const;
    expect(await checked(database, "duplicate-source", { facts: { service: down } })).toMatchObject({
      outcome: "unknown",
    });

    await applyFix(result, database.session);
    expect(await checked(database, "duplicate-source")).toMatchObject({ outcome: "pass" });
    expect(
      await database.session.query(
        "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()",
      ),
    ).toEqual([{ slot_name: `audit_${database.name}` }]);
  });
});
