import { afterAll, beforeAll, expect, it } from "vitest";
import { applyFix, checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("replica-identity", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    await database.run(`
      CREATE SCHEMA app;
      CREATE TABLE app.good (id int PRIMARY KEY);
      CREATE TABLE app."Bare ""Table"" ü" (id int);
      CREATE TABLE app.events (id int NOT NULL);
      CREATE UNIQUE INDEX "Events Key" ON app.events (id);
      CREATE TABLE app.nothing (id int PRIMARY KEY); ALTER TABLE app.nothing REPLICA IDENTITY NOTHING;
    `);
  });
  afterAll(() => database.drop());

  it("fails for tables whose changes wal2json would drop, with the reason and the possible identity", async () => {
    expect(await checked(database, "replica-identity")).toMatchObject({
      outcome: "fail",
      message:
        "3 of 4 tables without a usable replica identity: 2 without a primary key, 1 REPLICA IDENTITY NOTHING",
      findings: [
        {
          object: 'table app.Bare "Table" ü',
          current: "without a primary key",
          needed: "a primary key, a decision, or FULL",
        },
        { object: "table app.events", needed: "its unique index Events Key as its identity" },
        { object: "table app.nothing", needed: "its primary key as its identity" },
      ],
      fix: {
        sql: [
          "SET lock_timeout = '5s';",
          'ALTER TABLE "app"."Bare ""Table"" ü" REPLICA IDENTITY FULL;',
          'ALTER TABLE "app"."events" REPLICA IDENTITY USING INDEX "Events Key";',
          'ALTER TABLE "app"."nothing" REPLICA IDENTITY DEFAULT;',
        ],
        // The others name a key that is there, and lose nothing.
        destructive: ['ALTER TABLE "app"."Bare ""Table"" ü" REPLICA IDENTITY FULL;'],
        text: expect.not.stringContaining("below"),
      },
    });
  });

  it("passes for excluded tables", async () => {
    const decisions = {
      'app.Bare "Table" ü': "exclude",
      "app.events": "exclude",
      "app.nothing": "exclude",
    } as const;
    expect(await checked(database, "replica-identity", { decisions })).toMatchObject({
      outcome: "pass",
      message: "1 table",
    });
  });

  it("fails for the partitions of a table that is excluded, and names the decisions to add", async () => {
    await database.run(`
      CREATE SCHEMA daily; CREATE SCHEMA "at.tic"; CREATE TABLE daily.log (n int) PARTITION BY LIST (n);
      CREATE TABLE daily.log_1 PARTITION OF daily.log FOR VALUES IN (1);
      CREATE TABLE "at.tic"."log 2" PARTITION OF daily.log DEFAULT`);
    const judge = (decisions: Question["decisions"]) =>
      checked(database, "replica-identity", {
        schemas: [{ name: "daily", owners: [] }],
        ...(decisions && { decisions }),
      });
    const result = await judge({ "daily.log": "exclude" });
    const where = "a partition of daily.log; Ardent decides each partition";
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        { object: "table at.tic.log 2", where, needed: "a decision of its own" },
        { object: "table daily.log_1", where, needed: "a decision of its own" },
      ],
      fix: { sql: [] },
    });
    const [, keys = ""] = result.fix?.text.split("(`replicaIdentity`):\n") ?? [];
    expect(await judge(JSON.parse(`{${keys}}`))).toMatchObject({ outcome: "pass" });
  });

  it("fails for the other decisions until their DDL was run", async () => {
    const decisions = {
      'app.Bare "Table" ü': "add_pk",
      "app.events": "replica_identity_full",
      "app.nothing": "exclude",
    } as const;
    const result = await checked(database, "replica-identity", { decisions });
    expect(result.findings.map(({ needed }) => needed)).toEqual([
      "a primary key, as decided",
      "REPLICA IDENTITY FULL, as decided",
    ]);
    expect(result.fix?.text).toContain("CREATE UNIQUE INDEX CONCURRENTLY");
    expect(result.fix?.sql).toEqual([
      "SET lock_timeout = '5s';",
      'ALTER TABLE "app"."events" REPLICA IDENTITY FULL;',
    ]);

    await applyFix(result, database.session);
    await database.run('ALTER TABLE app."Bare ""Table"" ü" ADD PRIMARY KEY (id)');
    expect(await checked(database, "replica-identity", { decisions })).toMatchObject({ outcome: "pass" });
  });

  it("names the partitioned table of a leaf, and passes after the fix", async () => {
    await database.run(`
      CREATE SCHEMA parts; CREATE SCHEMA attic;
      CREATE TABLE parts.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE attic.log_old PARTITION OF parts.log DEFAULT;
    `);
    const question = { schemas: [{ name: "parts", owners: [] }] };
    const result = await checked(database, "replica-identity", question);
    expect(result.findings).toMatchObject([
      { object: "table attic.log_old", where: "a partition of parts.log" },
    ]);
    await applyFix(result, database.session);
    expect(await checked(database, "replica-identity", question)).toMatchObject({ outcome: "pass" });
  });

  it("passes after each form of the fix: the key, the unique index, or else FULL", async () => {
    await database.run(`
      CREATE SCHEMA forms;
      CREATE TABLE forms.bare (id int);
      CREATE TABLE forms.keyed (id int PRIMARY KEY); ALTER TABLE forms.keyed REPLICA IDENTITY NOTHING;
      CREATE TABLE forms.indexed (id int NOT NULL, other int NOT NULL UNIQUE);
      ALTER TABLE forms.indexed REPLICA IDENTITY USING INDEX indexed_other_key;
      ALTER TABLE forms.indexed DROP CONSTRAINT indexed_other_key;
      CREATE UNIQUE INDEX "The ""key""" ON forms.indexed (id);
      CREATE TABLE forms.deferred (id int PRIMARY KEY DEFERRABLE);
    `);
    const question = { schemas: [{ name: "forms", owners: [] }] };
    const result = await checked(database, "replica-identity", question);
    expect(result.fix?.sql.slice(1)).toEqual([
      'ALTER TABLE "forms"."bare" REPLICA IDENTITY FULL;',
      'ALTER TABLE "forms"."deferred" REPLICA IDENTITY FULL;',
      'ALTER TABLE "forms"."indexed" REPLICA IDENTITY USING INDEX "The ""key""";',
      'ALTER TABLE "forms"."keyed" REPLICA IDENTITY DEFAULT;',
    ]);
    await applyFix(result, database.session);
    expect(await checked(database, "replica-identity", question)).toMatchObject({ outcome: "pass" });
  });

  it.runIf(major >= 18)("fails for an identity whose NOT NULL is not validated, until it is", async () => {
    await database.run(`
      CREATE SCHEMA doubt; CREATE TABLE doubt.t (id int);
      ALTER TABLE doubt.t ADD CONSTRAINT "t's id" NOT NULL id NOT VALID;
      CREATE UNIQUE INDEX t_key ON doubt.t (id);
      ALTER TABLE doubt.t REPLICA IDENTITY USING INDEX t_key`);
    const question = { schemas: [{ name: "doubt", owners: [] }] };
    const result = await checked(database, "replica-identity", question);
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "table doubt.t",
          current: "identified by a column whose NOT NULL constraint is not validated",
          needed: "NOT NULL constraint t's id validated",
        },
      ],
      fix: { sql: ["SET lock_timeout = '5s';", `ALTER TABLE "doubt"."t" VALIDATE CONSTRAINT "t's id";`] },
    });
    await applyFix(result, database.session);
    expect(await checked(database, "replica-identity", question)).toMatchObject({ outcome: "pass" });
  });

  it("finds a decision by a quoted key too", async () => {
    await database.run('CREATE SCHEMA "dot.ted"; CREATE TABLE "dot.ted"."a.b" ()');
    const question = { schemas: [{ name: "dot.ted", owners: [] }] };
    const decide = (decisions: Question["decisions"]) =>
      checked(database, "replica-identity", { ...question, ...(decisions && { decisions }) });
    expect(await decide({ '"dot.ted"."a.b"': "exclude" })).toMatchObject({ outcome: "pass" });
    expect(await decide({ '"dot.ted"."a.b"': "add_pk" })).toMatchObject({
      findings: [{ needed: "a primary key, as decided" }],
    });
  });

  it("counts the tables that are not shown", async () => {
    await database.run(`
      CREATE SCHEMA many;
      DO $$ BEGIN FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE many.t%s ()', i); END LOOP; END $$`);
    const result = await checked(database, "replica-identity", { schemas: [{ name: "many", owners: [] }] });
    expect(result.findings).toHaveLength(5);
    expect(result.findingCount).toBe(60);
  });
});
