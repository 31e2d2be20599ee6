import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { AWKWARD_NAMES } from "../../support/awkward-names";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("unlogged-tables", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    await database.run(`
      CREATE SCHEMA app; CREATE SCHEMA parts; CREATE SCHEMA attic; CREATE SCHEMA names;
      CREATE TABLE app.logged (id int);
      CREATE UNLOGGED TABLE app.z_first (id int PRIMARY KEY, parent int REFERENCES app.z_first);
      CREATE UNLOGGED TABLE app.b_second (id int PRIMARY KEY REFERENCES app.z_first);
      CREATE UNLOGGED TABLE app.a_third (id int REFERENCES app.b_second, first int REFERENCES app.z_first);
      CREATE TABLE parts.log (at date) PARTITION BY RANGE (at);
      CREATE UNLOGGED TABLE attic.log_old PARTITION OF parts.log DEFAULT;
    `);
  });
  afterAll(() => database.drop());

  it("warns, with a fix that starts with tables that others refer to", async () => {
    expect(await checked(database, "unlogged-tables")).toMatchObject({
      outcome: "warn",
      message: "3 unlogged tables will not be replicated",
      findings: [
        { object: "table app.z_first", current: "UNLOGGED", needed: "LOGGED" },
        { object: "table app.b_second" },
        { object: "table app.a_third" },
      ],
      fix: {
        sql: [
          "SET lock_timeout = '5s';",
          'ALTER TABLE "app"."z_first" SET LOGGED;',
          'ALTER TABLE "app"."b_second" SET LOGGED;',
          'ALTER TABLE "app"."a_third" SET LOGGED;',
        ],
      },
    });
  });

  it("passes after the fix", async () => {
    await applyFix(await checked(database, "unlogged-tables"), database.session);
    expect(await checked(database, "unlogged-tables")).toMatchObject({ outcome: "pass" });
  });

  it("finds partitions in any schema, but no excluded tables", async () => {
    const schemas = [{ name: "parts", owners: [] }];
    expect(await checked(database, "unlogged-tables", { schemas })).toMatchObject({
      outcome: "warn",
      findings: [{ object: "table attic.log_old" }],
    });
    const decisions = { "attic.log_old": "exclude" } as const;
    expect(await checked(database, "unlogged-tables", { schemas, decisions })).toMatchObject({
      outcome: "pass",
    });
  });

  it("fixes tables of any name", async () => {
    for (const name of AWKWARD_NAMES)
      await database.run(`CREATE UNLOGGED TABLE names.${quoteIdentifier(name)} (id int)`);
    const question = { schemas: [{ name: "names", owners: [] }] };
    const result = await checked(database, "unlogged-tables", question);
    expect(result.findingCount).toBe(AWKWARD_NAMES.length);
    await applyFix(result, database.session);
    expect(await checked(database, "unlogged-tables", question)).toMatchObject({ outcome: "pass" });
  });
});
