import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LISTED_TABLES, readTableFacts } from "../../../src/preflight/facts/tables";
import { MAJORS } from "../../support/postgres";
import { type TestDatabase, testDatabase } from "../test-database";

describe.each(MAJORS)("tables without a usable replica identity on Postgres %i", (major) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase("tables", major);
    await database.run(`
      CREATE SCHEMA app;
      CREATE TABLE app.good (id int PRIMARY KEY);
      CREATE TABLE app.full_identity (id int); ALTER TABLE app.full_identity REPLICA IDENTITY FULL;
      CREATE TABLE app.by_index (id int NOT NULL);
      CREATE UNIQUE INDEX by_index_id ON app.by_index (id);
      ALTER TABLE app.by_index REPLICA IDENTITY USING INDEX by_index_id;

      CREATE TABLE app."Bare ""Table"" ü" (id int);
      CREATE TABLE app.unchosen (a int NOT NULL, b int NOT NULL, c int);
      CREATE UNIQUE INDEX unchosen_wide ON app.unchosen (a, b);
      CREATE UNIQUE INDEX "Unchosen B" ON app.unchosen (b) INCLUDE (c);
      CREATE TABLE app.no_candidate (a int NOT NULL, b int, c int UNIQUE DEFERRABLE NOT NULL);
      CREATE UNIQUE INDEX no_candidate_nullable ON app.no_candidate (b);
      CREATE UNIQUE INDEX no_candidate_partial ON app.no_candidate (a) WHERE a > 0;
      CREATE UNIQUE INDEX no_candidate_expression ON app.no_candidate ((a + 1));
      CREATE INDEX no_candidate_plain ON app.no_candidate (a);
      CREATE TABLE app.deferrable (id int PRIMARY KEY DEFERRABLE);
      CREATE TABLE app.nothing (id int PRIMARY KEY); ALTER TABLE app.nothing REPLICA IDENTITY NOTHING;
      CREATE TABLE app.dangling (id int NOT NULL);
      CREATE UNIQUE INDEX dangling_id ON app.dangling (id);
      ALTER TABLE app.dangling REPLICA IDENTITY USING INDEX dangling_id;
      DROP INDEX app.dangling_id;

      CREATE UNLOGGED TABLE app.unlogged (id int);
      CREATE VIEW app.a_view AS SELECT 1 AS id;
      CREATE SCHEMA pgstream;
      CREATE TABLE pgstream.schema_migrations (version int);
    `);
  });
  afterAll(() => database.drop());

  it("names each with its reason and the index that would do", async () => {
    expect(await readTableFacts(database.session, ["app"], [])).toEqual({
      schemas: ["app", "public"],
      judged: 9,
      counts: {
        "no-primary-key": 3,
        "deferrable-primary-key": 1,
        "identity-nothing": 1,
        "identity-index-missing": 1,
        "identity-index-unusable": 0,
        "identity-index-nullable": 0,
        "no-columns": 0,
      },
      decisions: [],
      tablesWithoutIdentity: [
        { schema: "app", table: 'Bare "Table" ü', problem: "no-primary-key", primaryKey: false },
        { schema: "app", table: "dangling", problem: "identity-index-missing", primaryKey: false },
        { schema: "app", table: "deferrable", problem: "deferrable-primary-key", primaryKey: false },
        { schema: "app", table: "no_candidate", problem: "no-primary-key", primaryKey: false },
        { schema: "app", table: "nothing", problem: "identity-nothing", primaryKey: true },
        {
          schema: "app",
          table: "unchosen",
          problem: "no-primary-key",
          primaryKey: false,
          candidateIndex: "Unchosen B",
        },
      ],
    });
  });

  it("leaves out excluded tables", async () => {
    const facts = await readTableFacts(database.session, ["app"], ['app.Bare "Table" ü', "app.nothing"]);
    expect(facts.tablesWithoutIdentity.map(({ table }) => table)).toEqual([
      "dangling",
      "deferrable",
      "no_candidate",
      "unchosen",
    ]);
    expect(facts.counts).toMatchObject({ "no-primary-key": 2, "identity-nothing": 0 });
  });

  it("reads every schema except the system's and pgstream's if none is requested", async () => {
    expect(await readTableFacts(database.session, undefined, [])).toMatchObject({ judged: 9 });
  });

  it("finds nothing in a schema that does not exist", async () => {
    expect(await readTableFacts(database.session, ["nowhere"], [])).toMatchObject({
      judged: 0,
      tablesWithoutIdentity: [],
    });
  });

  it("includes leaf partitions in any schema, and names the table they belong to", async () => {
    await database.run(`
      CREATE SCHEMA parts; CREATE SCHEMA attic;
      CREATE TABLE parts.events (at date, kind text) PARTITION BY RANGE (at);
      ALTER TABLE parts.events REPLICA IDENTITY FULL;
      CREATE TABLE attic.events_2024 PARTITION OF parts.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE parts.events_2025 PARTITION OF parts.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
        PARTITION BY LIST (kind);
      CREATE TABLE parts.events_2025_click PARTITION OF parts.events_2025 FOR VALUES IN ('click');
      ALTER TABLE parts.events_2025_click REPLICA IDENTITY FULL;
      CREATE TABLE attic.unrelated (id int);
    `);
    const attic = {
      schema: "attic",
      table: "events_2024",
      problem: "no-primary-key",
      primaryKey: false,
      partitionOf: { schema: "parts", table: "events" },
    };
    const facts = await readTableFacts(database.session, ["parts"], []);
    expect(facts).toMatchObject({ judged: 2, tablesWithoutIdentity: [attic] });
    expect(await readTableFacts(database.session, ["parts"], ["parts.events"])).toMatchObject({
      judged: 2,
      decisions: [{ tables: [{ schema: "parts", table: "events", partitioned: true }] }],
    });
    expect(await readTableFacts(database.session, ["parts"], ["attic.events_2024"])).toMatchObject({
      judged: 1,
    });
  });

  it("includes inheritance children in any schema, and names the table they inherit from", async () => {
    await database.run(`
      CREATE SCHEMA old; CREATE SCHEMA older;
      CREATE TABLE old.parent (id int PRIMARY KEY);
      CREATE TABLE older.child () INHERITS (old.parent);
      CREATE TABLE older.grandchild () INHERITS (older.child);
      CREATE TABLE older.unrelated (id int);
    `);
    const facts = await readTableFacts(database.session, ["old"], []);
    expect(facts.judged).toBe(3);
    expect(facts.tablesWithoutIdentity).toMatchObject([
      { schema: "older", table: "child", inherits: { schema: "old", table: "parent" } },
      { schema: "older", table: "grandchild", inherits: { schema: "older", table: "child" } },
    ]);
  });

  it("shows what the key of a decision can mean", async () => {
    await database.run(`
      CREATE SCHEMA a; CREATE SCHEMA "a.b";
      CREATE TABLE a."b.c" (); CREATE TABLE "a.b".c (); CREATE TABLE a."d.e" (); CREATE VIEW a.v AS SELECT 1`);
    const table = (schema: string, table: string) => ({ schema, table });
    const keys = ["a.b.c", '"a.b".c', 'a."b.c"', "a.d.e", '"a"."d.e"', "a.v", "nodot", "a.b.", ".c"];
    const { decisions } = await readTableFacts(database.session, ["a"], [], keys);
    expect(decisions.map(({ tables }) => tables)).toEqual([
      [table("a", "b.c"), table("a.b", "c")],
      [table("a.b", "c")],
      [table("a", "b.c")],
      [table("a", "d.e")],
      [table("a", "d.e")],
      [],
      [],
      [],
      [],
    ]);
    expect(await readTableFacts(database.session, ["a"], ['a."b.c"'])).toMatchObject({ judged: 1 });
  });

  it("lists the first of many and counts the rest", async () => {
    await database.run(`
      CREATE SCHEMA many;
      DO $$ BEGIN FOR i IN 1..${LISTED_TABLES + 7} LOOP EXECUTE format('CREATE TABLE many.t%s ()', i); END LOOP; END $$`);
    const facts = await readTableFacts(database.session, ["many"], []);
    expect(facts.tablesWithoutIdentity).toHaveLength(LISTED_TABLES);
    expect(facts.counts["no-primary-key"]).toBe(LISTED_TABLES + 7);
  });

  it.runIf(major >= 18)(
    "knows an identity index on a column whose NOT NULL was never validated",
    async () => {
      await database.run(`
      CREATE SCHEMA doubt; CREATE TABLE doubt.t (id int, other int NOT NULL);
      INSERT INTO doubt.t VALUES (NULL, 1);
      ALTER TABLE doubt.t ADD CONSTRAINT "T's id" NOT NULL id NOT VALID;
      CREATE UNIQUE INDEX t_key ON doubt.t (other, id);
      ALTER TABLE doubt.t REPLICA IDENTITY USING INDEX t_key`);
      const facts = await readTableFacts(database.session, ["doubt"], []);
      expect(facts.tablesWithoutIdentity).toMatchObject([
        { problem: "identity-index-nullable", unvalidated: ["T's id"] },
      ]);
      await database.run(`DELETE FROM doubt.t; ALTER TABLE doubt.t VALIDATE CONSTRAINT "T's id"`);
      expect((await readTableFacts(database.session, ["doubt"], [])).tablesWithoutIdentity).toEqual([]);
    },
  );

  it.runIf(major >= 18)("proposes no index on a column whose NOT NULL was never validated", async () => {
    await database.run(`
      CREATE SCHEMA unsure; CREATE TABLE unsure.t (id int);
      ALTER TABLE unsure.t ADD CONSTRAINT t_id NOT NULL id NOT VALID;
      CREATE UNIQUE INDEX t_key ON unsure.t (id);
    `);
    const unvalidated = await readTableFacts(database.session, ["unsure"], []);
    expect(unvalidated.tablesWithoutIdentity[0]).not.toHaveProperty("candidateIndex");
    await database.run("ALTER TABLE unsure.t VALIDATE CONSTRAINT t_id");
    const validated = await readTableFacts(database.session, ["unsure"], []);
    expect(validated.tablesWithoutIdentity).toMatchObject([{ candidateIndex: "t_key" }]);
  });
});
