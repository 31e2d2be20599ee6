import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { startSource } from "../source";
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

  it("fails for a superuser without the attribute, which Ardent's engine rejects, and passes after the fix", async () => {
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} SUPERUSER NOREPLICATION`);
    const result = await checked(database, "role-replication", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      message: `superuser ${role} lacks REPLICATION, which Ardent's engine requires`,
      findings: [{ object: `role ${role}`, current: "NOREPLICATION", needed: "REPLICATION" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-replication", { role })).toMatchObject({ outcome: "pass" });
  });

  it("requires the attribute of a superuser that is judged as if it were not one", async () => {
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} SUPERUSER NOREPLICATION`);
    const result = await checked(database, "role-replication", { role, assumeNoSuperuser: true });
    expect(result).toMatchObject({ outcome: "fail" });
    await applyFix(result, database.session);
    expect(await checked(database, "role-replication", { role, assumeNoSuperuser: true })).toMatchObject({
      outcome: "pass",
      message: "",
    });
  });

  it("fails if a slot is rejected anyway, with the server's message", async () => {
    const source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN REPLICATION PASSWORD 'right'",
      `DO $$ BEGIN EXECUTE (
         SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
           FROM pg_proc WHERE proname = 'pg_create_logical_replication_slot'); END $$`,
    );
    const how = { role: source.as("ardent", "right"), probes: { slot: true, login: true } };
    expect(await source.judge("role-replication", how)).toMatchObject({
      outcome: "fail",
      message: "role ardent has REPLICATION, but the server does not let it create a slot",
      findings: [
        {
          object: "pg_create_logical_replication_slot",
          current: 'the server says "permission denied for function pg_create_logical_replication_slot"',
          needed: "a slot for role ardent",
        },
      ],
      fix: { sql: [] },
    });
    await source.stop();
  });
});
