import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("role-superuser", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Super");
    await database.run(`CREATE ROLE ${quoteIdentifier(role)} LOGIN REPLICATION`);
  });
  afterAll(() => database.drop());

  it("is skipped if no connector is requested", async () => {
    expect(await checked(database, "role-superuser", { role, connector: false })).toMatchObject({
      outcome: "skipped",
    });
  });

  it("fails in the preview if the plan creates a role without SUPERUSER", async () => {
    const name = "not made yet";
    const plan = accessPlan({ role: { name, create: true, superuser: false }, databases: {} });
    const delta = planDelta(undefined, plan);
    expect(await checked(database, "role-superuser", { role: name, ...(delta && { delta }) })).toMatchObject({
      outcome: "fail",
    });
  });

  it("fails for a role without SUPERUSER, and passes after the fix", async () => {
    const result = await checked(database, "role-superuser", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: `role ${role}`, current: "NOSUPERUSER", needed: "SUPERUSER" }],
      fix: { choice: `With its password, ${role} may then do everything on this server.` },
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-superuser", { role })).toMatchObject({ outcome: "pass" });
  });

  it("fails for a superuser that is judged as if it were not one, without a statement to run", async () => {
    const narrow = { role, assumeNoSuperuser: true };
    expect(await checked(database, "role-superuser", narrow)).toMatchObject({
      outcome: "fail",
      message: `without SUPERUSER, ${role} could not create a connector's event triggers`,
      findings: [{ current: "SUPERUSER (checked as if it were not)" }],
      fix: { sql: [] },
    });
    expect(await checked(database, "role-superuser", { ...narrow, connector: false })).toMatchObject({
      outcome: "skipped",
    });
  });
});
