import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { AWKWARD_NAMES } from "../../support/awkward-names";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("partition-identity", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("partition", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA attic; CREATE SCHEMA names; CREATE SCHEMA new; CREATE SCHEMA keys;
      CREATE TABLE app.full_one (at date) PARTITION BY RANGE (at);
      ALTER TABLE app.full_one REPLICA IDENTITY FULL;
      CREATE TABLE app.by_index (at date NOT NULL UNIQUE) PARTITION BY RANGE (at);
      ALTER TABLE app.by_index REPLICA IDENTITY USING INDEX by_index_at_key;
      CREATE TABLE app.by_index_old PARTITION OF app.by_index (at PRIMARY KEY) FOR VALUES FROM ('2000-01-01') TO ('2001-01-01');
      CREATE TABLE app.keyed (at date PRIMARY KEY) PARTITION BY RANGE (at);
      ALTER TABLE app.keyed REPLICA IDENTITY FULL;
      CREATE TABLE app.plain (id int); ALTER TABLE app.plain REPLICA IDENTITY FULL;
      CREATE TABLE app.own_keys (at date) PARTITION BY RANGE (at);
      CREATE TABLE app.own_keys_1 PARTITION OF app.own_keys (at PRIMARY KEY) DEFAULT;
      CREATE TABLE new.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE attic.log_old PARTITION OF new.log DEFAULT;
    `);
  });
  afterAll(() => database.drop());

  it("warns of what new partitions will not inherit", async () => {
    expect(await checked(database, "partition-identity")).toMatchObject({
      outcome: "warn",
      message: "new partitions of 2 tables will start without a replica identity",
      findings: [
        {
          object: "table app.by_index",
          current: "REPLICA IDENTITY USING INDEX, which new partitions do not inherit",
          needed: "a primary key, which new partitions inherit",
        },
        {
          object: "table app.full_one",
          current: "REPLICA IDENTITY FULL without a primary key, no partition yet",
        },
      ],
      fix: { sql: [] },
    });
  });

  it("warns correctly: a new partition fails replica-identity, but not one with the parent's key", async () => {
    await database.run(`
      CREATE TABLE app.full_new PARTITION OF app.full_one DEFAULT;
      CREATE TABLE app.index_new PARTITION OF app.by_index DEFAULT;
      CREATE TABLE app.keyed_new PARTITION OF app.keyed DEFAULT;
    `);
    const { findings } = await checked(database, "replica-identity");
    expect(findings.map(({ object }) => object)).toEqual(["table app.full_new", "table app.index_new"]);
  });

  it("warns once the partitions were set one by one, and not before", async () => {
    const question = { schemas: [{ name: "new", owners: [] }] };
    expect(await checked(database, "partition-identity", question)).toMatchObject({ outcome: "pass" });
    await applyFix(await checked(database, "replica-identity", question), database.session);
    expect(await checked(database, "partition-identity", question)).toMatchObject({
      outcome: "warn",
      findings: [
        {
          object: "table new.log",
          current: "without a primary key, its partitions set or excluded one by one",
        },
      ],
    });
  });

  it("warns also where the partitions are excluded, because new ones are not", async () => {
    await database.run(`
      CREATE SCHEMA out; CREATE TABLE out.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE out.log_1 PARTITION OF out.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`);
    const decisions = { "out.log_1": "exclude" } as const;
    const question = { schemas: [{ name: "out", owners: [] }], decisions };
    expect(await checked(database, "partition-identity", question)).toMatchObject({
      outcome: "warn",
      findings: [{ object: "table out.log", current: expect.stringContaining("excluded one by one") }],
    });
    expect(await checked(database, "replica-identity", question)).toMatchObject({ outcome: "pass" });
    await database.run("CREATE TABLE out.log_2 PARTITION OF out.log DEFAULT");
    expect(await checked(database, "replica-identity", question)).toMatchObject({
      outcome: "fail",
      findings: [{ object: "table out.log_2" }],
    });
  });

  it("passes after the partitioned table got a primary key", async () => {
    const question = { schemas: [{ name: "new", owners: [] }] };
    await database.run("ALTER TABLE new.log ADD PRIMARY KEY (at)");
    expect(await checked(database, "partition-identity", question)).toMatchObject({ outcome: "pass" });
  });

  it("warns of a table without a primary key before its first partition", async () => {
    await database.run(`
      CREATE SCHEMA first; CREATE TABLE first.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE first.keyed (at date PRIMARY KEY) PARTITION BY RANGE (at)`);
    const question = { schemas: [{ name: "first", owners: [] }] };
    expect(await checked(database, "partition-identity", question)).toMatchObject({
      outcome: "warn",
      findings: [
        {
          object: "table first.log",
          current: "REPLICA IDENTITY DEFAULT without a primary key, no partition yet",
          needed: "a primary key, which new partitions inherit",
        },
      ],
      findingCount: 1,
    });
    await database.run("ALTER TABLE first.log ADD PRIMARY KEY (at)");
    expect(await checked(database, "partition-identity", question)).toMatchObject({ outcome: "pass" });
  });

  it("warns of a deferrable primary key, which is no identity", async () => {
    await database.run(`
      CREATE TABLE keys.deferred (at date PRIMARY KEY DEFERRABLE) PARTITION BY RANGE (at);
      ALTER TABLE keys.deferred REPLICA IDENTITY FULL`);
    const question = { schemas: [{ name: "keys", owners: [] }] };
    expect(await checked(database, "partition-identity", question)).toMatchObject({ outcome: "warn" });
  });

  it("shows the names of tables unchanged", async () => {
    for (const name of AWKWARD_NAMES)
      await database.run(`
        CREATE TABLE names.${quoteIdentifier(name)} (at date) PARTITION BY RANGE (at);
        ALTER TABLE names.${quoteIdentifier(name)} REPLICA IDENTITY FULL`);
    const result = await checked(database, "partition-identity", {
      schemas: [{ name: "names", owners: [] }],
    });
    expect(result.findingCount).toBe(AWKWARD_NAMES.length);
    const names = AWKWARD_NAMES.map((name) => `table names.${name}`);
    for (const { object } of result.findings) expect(names).toContain(object);
  });
});
