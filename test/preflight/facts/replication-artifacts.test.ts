import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  isSlotName,
  pgstreamSlotName,
  readReplicationArtifacts,
} from "../../../src/preflight/facts/replication-artifacts";
import { MAJORS } from "../../support/postgres";
import { type TestDatabase, testDatabase } from "../test-database";

describe.each(MAJORS)("objects of replication on a source on Postgres %i", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("Shop-1.x", major);
  });
  afterAll(() => database.drop());

  it("are none on a fresh source", async () => {
    expect(await readReplicationArtifacts(database.session)).toEqual({
      database: database.name,
      schema: false,
      eventTriggers: [],
      otherEventTriggers: [],
      slots: [],
    });
  });

  it("are the schema, the event triggers and the slots, with pgstream's marked", async () => {
    const ours = pgstreamSlotName(database.name);
    const other = `audit_${ours}`;
    await database.run(`
      CREATE SCHEMA pgstream;
      CREATE FUNCTION pgstream.emit_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER pgstream_emit_ddl_drop ON sql_drop EXECUTE FUNCTION pgstream.emit_ddl();
      CREATE EVENT TRIGGER named_otherwise ON sql_drop EXECUTE FUNCTION pgstream.emit_ddl();
      CREATE FUNCTION public."Audit"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER pgstream_audit ON sql_drop EXECUTE FUNCTION public."Audit"();
      CREATE EVENT TRIGGER somebody_elses ON sql_drop EXECUTE FUNCTION public."Audit"();
    `);
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [ours]);
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json')", [other]);
    await database.session.query("SELECT pg_create_logical_replication_slot('probe', 'wal2json', true)");
    await database.session.query("SELECT pg_create_logical_replication_slot($1, 'test_decoding')", [
      `t_${ours}`,
    ]);
    const artifacts = await readReplicationArtifacts(database.session);
    const slot = {
      active: false,
      walStatus: "reserved",
      restartLsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
      retainedBytes: expect.any(Number),
    };
    expect(artifacts).toEqual({
      database: database.name,
      schema: true,
      eventTriggers: ["named_otherwise", "pgstream_emit_ddl_drop"],
      otherEventTriggers: [{ name: "pgstream_audit", function: 'public."Audit"' }],
      slots: [
        { name: other, pgstream: false, ...slot },
        { name: ours, pgstream: true, ...slot },
      ],
    });
  });

  it("names the slot as pgstream does, valid or not", () => {
    expect(pgstreamSlotName("Shop-1.x")).toBe("pgstream_shop_1_x_slot");
    expect(pgstreamSlotName('Größe "M" 1')).toBe('pgstream_größe "m" 1_slot');
    expect(pgstreamSlotName("x".repeat(63))).toBe(`pgstream_${"x".repeat(54)}`);
    expect(isSlotName("pgstream_shop_1_x_slot")).toBe(true);
    expect(isSlotName("pgstream_größe_slot")).toBe(false);
    expect(isSlotName("pgstream_two words_slot")).toBe(false);
  });
});
