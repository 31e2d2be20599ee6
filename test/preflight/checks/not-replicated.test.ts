import { afterAll, beforeAll, expect, it } from "vitest";
import { checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("not-replicated", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA many; CREATE SCHEMA elsewhere;
      CREATE TABLE app.orders (id int);
      CREATE VIEW app.view AS SELECT * FROM app.orders;
      CREATE FOREIGN DATA WRAPPER nothing;
      CREATE SERVER far FOREIGN DATA WRAPPER nothing;
      CREATE FOREIGN TABLE elsewhere.ft (id int) SERVER far;
      CREATE MATERIALIZED VIEW elsewhere.mv AS SELECT 1 AS one;
    `);
  });
  afterAll(() => database.drop());

  const inMany = { schemas: [{ name: "many", owners: [] }] };

  it("passes for tables and views, with any objects in other schemas", async () => {
    expect(await checked(database, "not-replicated")).toMatchObject({ outcome: "pass" });
  });

  it("warns of foreign tables, partitions among them, of materialized views and of large objects", async () => {
    await database.run(`
      CREATE TABLE app.log (at date) PARTITION BY RANGE (at);
      CREATE FOREIGN TABLE elsewhere.log_old PARTITION OF app.log DEFAULT SERVER far;
      CREATE FOREIGN TABLE app."Far ""away"" %s" (id int) SERVER far;
      CREATE MATERIALIZED VIEW app."Größe; DROP" AS SELECT * FROM app.orders;
      SELECT lo_create(0), lo_create(0);
    `);
    const result = await checked(database, "not-replicated");
    expect(result).toMatchObject({
      outcome: "warn",
      message: "2 foreign tables, 1 materialized view, 2 large objects will not be replicated",
      findings: [
        { object: 'foreign table app.Far "away" %s' },
        { object: "foreign table elsewhere.log_old" },
        { object: "materialized view app.Größe; DROP" },
        { object: "2 large objects" },
      ],
      findingCount: 4,
      fix: { sql: [] },
    });
  });

  it("shows some of each kind, and counts large objects up to a thousand", async () => {
    await database.run(`
      SELECT lo_create(0) FROM generate_series(1, 1000);
      DO $$ BEGIN FOR i IN 1..9 LOOP
        EXECUTE format('CREATE FOREIGN TABLE many.f%s () SERVER far', i);
        EXECUTE format('CREATE MATERIALIZED VIEW many.m%s AS SELECT 1', i);
      END LOOP; END $$`);
    const result = await checked(database, "not-replicated", inMany);
    expect(result.findings.map(({ object }) => object)).toEqual([
      "foreign table many.f1",
      "foreign table many.f2",
      "materialized view many.m1",
      "materialized view many.m2",
      "1000 or more large objects",
    ]);
    expect(result.findingCount).toBe(19);
  });

  it("passes when they are dropped or excluded", async () => {
    await database.run(`
      SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
      DROP MATERIALIZED VIEW app."Größe; DROP"`);
    const decisions = { "elsewhere.log_old": "exclude", 'app.Far "away" %s': "exclude" } as const;
    expect(await checked(database, "not-replicated", { decisions })).toMatchObject({ outcome: "pass" });
  });
});
