import { afterAll, beforeAll, expect, it } from "vitest";
import { checked, type Question } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("table-decisions", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("decisions", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA a; CREATE SCHEMA "a.b";
      CREATE TABLE app.orders (id int); CREATE TABLE a."b.c" (); CREATE TABLE "a.b".c ();`);
  });
  afterAll(() => database.drop());

  const judge = (decisions: NonNullable<Question["decisions"]>) =>
    checked(database, "table-decisions", { decisions });

  it("passes for decisions on tables, quoted or not", async () => {
    expect(await judge({ "app.orders": "exclude", '"a.b".c': "exclude", 'a."b.c"': "add_pk" })).toMatchObject(
      { outcome: "pass", message: "3 decisions" },
    );
    expect(await judge({})).toMatchObject({ outcome: "pass" });
  });

  it("warns of a table that does not exist, and passes once it does", async () => {
    const decisions = { "app.orders": "exclude", "app.later": "exclude" } as const;
    expect(await judge(decisions)).toMatchObject({
      outcome: "warn",
      message: "1 of 2 decisions not matching exactly one table",
      findings: [{ object: "decision app.later", current: "no such table" }],
    });
    await database.run("CREATE TABLE app.later ()");
    expect(await judge(decisions)).toMatchObject({ outcome: "pass" });
  });

  it("warns of a partitioned table, whose partitions are decided one by one", async () => {
    await database.run(`
      CREATE TABLE app.log (at date) PARTITION BY RANGE (at); CREATE TABLE app.log_1 PARTITION OF app.log DEFAULT`);
    expect(await judge({ "app.log": "exclude" })).toMatchObject({
      outcome: "warn",
      findings: [
        {
          object: "decision app.log",
          current: "names a partitioned table, which has no effect",
          needed: "a decision for each partition",
        },
      ],
    });
    expect(await judge({ "app.log_1": "exclude" })).toMatchObject({ outcome: "pass" });
  });

  it("fails for a key that can mean two tables", async () => {
    expect(await judge({ "a.b.c": "exclude" })).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "decision a.b.c",
          current: 'may mean "a"."b.c", "a.b"."c"',
          needed: "quotes to make it unambiguous",
        },
      ],
    });
  });

  it("fails for two decisions on one table", async () => {
    const result = await judge({ "app.orders": "exclude", '"app".orders': "add_pk" });
    expect(result).toMatchObject({ outcome: "fail", findingCount: 2 });
    expect(result.findings.map(({ object }) => object)).toEqual([
      "decision app.orders",
      'decision "app".orders',
    ]);
  });
});
