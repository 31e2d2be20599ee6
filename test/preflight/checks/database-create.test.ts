import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("database-create", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("repl");
    await database.run(`CREATE ROLE ${quoteIdentifier(role)} SUPERUSER`);
  });
  afterAll(() => database.drop());

  it("fails without the grant, for a superuser too, and passes after the fix", async () => {
    const result = await checked(database, "database-create", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: `database ${database.name}`, needed: "CREATE" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "database-create", { role })).toMatchObject({ outcome: "pass" });
  });

  it("passes for the owner of the database", async () => {
    await database.run(`
      REVOKE CREATE ON DATABASE ${quoteIdentifier(database.name)} FROM ${quoteIdentifier(role)};
      ALTER DATABASE ${quoteIdentifier(database.name)} OWNER TO ${quoteIdentifier(role)};
    `);
    expect(await checked(database, "database-create", { role })).toMatchObject({ outcome: "pass" });
    await database.run(`ALTER DATABASE ${quoteIdentifier(database.name)} OWNER TO postgres`);
  });
});
