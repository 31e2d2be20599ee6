import { afterAll, beforeAll, expect, it } from "vitest";
import { accessPlan } from "../../../src/access/plan";
import { planDelta } from "../../../src/access/plan-delta";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("role-exists", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role('Repl "ü" x');
  });
  afterAll(() => database.drop());

  it("is pending if this deployment creates the role", async () => {
    const delta = planDelta(
      undefined,
      accessPlan({ role: { name: role, create: true, superuser: true }, databases: {} }),
    );
    expect(
      await checked(database, "role-exists", { role, createsRole: true, ...(delta && { delta }) }),
    ).toMatchObject({
      outcome: "pending",
    });
  });

  it("fails without the role, and passes once it was created as printed, without a password", async () => {
    const result = await checked(database, "role-exists", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `there is no role ${role}`,
      findings: [{ object: `role ${role}`, needed: "to exist" }],
    });
    expect(result.fix?.sql.join()).not.toMatch(/password/i);
    await applyFix(result, database.session);
    expect(await checked(database, "role-exists", { role })).toMatchObject({ outcome: "pass" });
    for (const id of ["role-login", "role-replication", "role-superuser"])
      expect(await checked(database, id, { role })).toMatchObject({ id, outcome: "pass" });
  });

  it("fails if the role exists and this deployment is still to create it", async () => {
    const taken = database.role("taken");
    await database.run(`CREATE ROLE ${taken}`);
    const result = await checked(database, "role-exists", { role: taken, createsRole: true });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `role ${taken} already exists, and this program would create it`,
    });
    expect(result.fix?.text).toContain("role.create: false");
    expect(result.fix?.text).toContain(`import: "${taken}"`);
    expect(result.fix?.sql).toEqual([]);
  });

  it("fails with `pulumi up --refresh` as the fix if an earlier deployment created it", async () => {
    const deployed = { role: database.role("dropped"), createRole: true, deployer: "postgres" };
    const result = await checked(database, "role-exists", deployed);
    expect(result).toMatchObject({
      outcome: "fail",
      message: `there is no role ${deployed.role} any more`,
      fix: { text: expect.stringContaining("`pulumi up --refresh`"), sql: [] },
    });
    const recordedServer = { systemIdentifier: "7", timeline: 1, major: 99 };
    const moved = await checked(database, "role-exists", { ...deployed, recordedServer });
    expect(moved.message).toContain(
      "any more: this is a different cluster than before (system identifier 7, now ",
    );
    expect(moved.fix?.text).toMatch(/^If the address is wrong, correct it\. .*`pulumi up --refresh`$/);
  });

  it("proposes no superuser if no connector is requested", async () => {
    const question = { role: database.role("narrow"), connector: false };
    const result = await checked(database, "role-exists", question);
    expect(result.fix?.sql).toEqual([`CREATE ROLE "${question.role}" LOGIN REPLICATION;`]);
    await applyFix(result, database.session);
    expect(await checked(database, "role-exists", question)).toMatchObject({ outcome: "pass" });
  });
});
