import { afterAll, beforeAll, expect, it } from "vitest";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("plpgsql", (major) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase("plpgsql", major);
  });
  afterAll(() => database.drop());

  it("fails where it was dropped, and passes after the fix", async () => {
    expect(await checked(database, "plpgsql")).toMatchObject({ outcome: "pass" });
    await database.run("DROP EXTENSION plpgsql");
    const result = await checked(database, "plpgsql");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "plpgsql was dropped from this database",
      findings: [{ object: `database ${database.name}`, needed: "the extension plpgsql" }],
      fix: { sql: ["CREATE EXTENSION IF NOT EXISTS plpgsql;"] },
    });
    await applyFix(result, database.session);
    expect(await checked(database, "plpgsql")).toMatchObject({ outcome: "pass" });
    await database.run("DO $$ BEGIN PERFORM 1; END $$");
  });
});
