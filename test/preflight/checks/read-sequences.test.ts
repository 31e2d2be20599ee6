import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("read-sequences", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl x");
    await database.run(`
      CREATE ROLE ${quoteIdentifier(role)} SUPERUSER; CREATE SCHEMA app;
      CREATE TABLE app."Or der" (id serial); GRANT SELECT ON app."Or der" TO ${quoteIdentifier(role)};
    `);
  });
  afterAll(() => database.drop());

  it("fails for a sequence whose table is readable and which is not, and passes after the fix", async () => {
    const result = await checked(database, "read-sequences", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `${role} cannot read 1 of 1 sequence`,
      findings: [{ object: "sequence app.Or der_id_seq", needed: "SELECT" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "read-sequences", { role })).toMatchObject({ outcome: "pass" });
  });
});
