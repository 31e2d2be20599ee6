import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("schema-usage", (major) => {
  let database: TestDatabase;
  let role: string;
  const schemas = ["app", 'Order "Book" ü', "nowhere"].map((name) => ({ name, owners: [] }));
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl x");
    await database.run(`
      CREATE ROLE ${quoteIdentifier(role)} SUPERUSER; CREATE SCHEMA app; CREATE SCHEMA "Order ""Book"" ü";
      GRANT USAGE ON SCHEMA app TO ${quoteIdentifier(role)};
    `);
  });
  afterAll(() => database.drop());

  it("fails for an existing schema without USAGE, and passes after the fix", async () => {
    const result = await checked(database, "schema-usage", { role, schemas });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: 'schema Order "Book" ü', needed: "USAGE" }],
      findingCount: 1,
    });
    await applyFix(result, database.session);
    expect(await checked(database, "schema-usage", { role, schemas })).toMatchObject({ outcome: "pass" });
  });

  it("fails for another schema with partitions and without USAGE, and passes after the fix", async () => {
    await database.run(`
      CREATE SCHEMA "Part s"; CREATE SCHEMA unrelated; CREATE TABLE unrelated.t ();
      CREATE TABLE app.log (at date) PARTITION BY RANGE (at);
      CREATE TABLE "Part s".log_1 PARTITION OF app.log DEFAULT;`);
    const question = { role, schemas: [{ name: "app", owners: [] }] };
    const result = await checked(database, "schema-usage", question);
    expect(result).toMatchObject({
      outcome: "fail",
      message: `${role} lacks USAGE on 1 of 2 schemas`,
      findings: [
        {
          object: "schema Part s",
          needed: "USAGE",
          where: "contains partitions, child tables or sequences of the requested tables",
        },
      ],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "schema-usage", question)).toMatchObject({ outcome: "pass" });
  });
});
