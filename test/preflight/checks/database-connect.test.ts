import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("database-connect", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase('Shop "ü" 1', major);
    role = database.role("repl");
    await database.run(`CREATE ROLE ${quoteIdentifier(role)} SUPERUSER`);
  });
  afterAll(() => database.drop());

  it("passes while every role can connect", async () => {
    expect(await checked(database, "database-connect", { role })).toMatchObject({ outcome: "pass" });
  });

  it("fails once that was revoked, for a superuser too, and passes after the fix", async () => {
    await database.run(`REVOKE CONNECT ON DATABASE ${quoteIdentifier(database.name)} FROM PUBLIC`);
    const result = await checked(database, "database-connect", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: `database ${database.name}`, needed: "CONNECT" }],
    });
    const plan = accessPlan({
      role: { name: role, create: true, superuser: true },
      databases: { [database.name]: {} },
    });
    const delta = planDelta(undefined, plan);
    expect(await checked(database, "database-connect", { role, ...(delta && { delta }) })).toMatchObject({
      outcome: "pending",
    });
    await applyFix(result, database.session);
    expect(await checked(database, "database-connect", { role })).toMatchObject({ outcome: "pass" });
  });
});
