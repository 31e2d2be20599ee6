import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("role-replication", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Repl");
    await database.run(`CREATE ROLE ${quoteIdentifier(role)} LOGIN`);
  });
  afterAll(() => database.drop());

  it("fails for a role without the attribute, and passes after the fix", async () => {
    const result = await checked(database, "role-replication", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: `role ${role}`, current: "NOREPLICATION", needed: "REPLICATION" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-replication", { role })).toMatchObject({
      outcome: "pass",
      message: "",
    });
  });

  it("passes for a superuser without the attribute, whom Postgres lets replicate", async () => {
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} SUPERUSER NOREPLICATION`);
    expect(await checked(database, "role-replication", { role })).toMatchObject({
      outcome: "pass",
      message: "as a superuser",
    });
  });

  it("asks a superuser for the attribute where it is judged as a narrow role", async () => {
    const result = await checked(database, "role-replication", { role, narrowRole: true });
    expect(result).toMatchObject({ outcome: "fail" });
    await applyFix(result, database.session);
    expect(await checked(database, "role-replication", { role, narrowRole: true })).toMatchObject({
      outcome: "pass",
      message: "",
    });
  });
});
