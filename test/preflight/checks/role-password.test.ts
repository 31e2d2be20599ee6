import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("role-password", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role('Pass "word"');
    await database.run(`CREATE ROLE ${quoteIdentifier(role)} LOGIN`);
  });
  afterAll(() => database.drop());

  const setPassword = (encryption: string, password: string) =>
    database.run(
      `SET password_encryption = '${encryption}'; ALTER ROLE ${quoteIdentifier(role)} PASSWORD '${password}'`,
    );
  /** pg_hba.conf with one line, as pg_hba_file_rules would show it. */
  const line = (authMethod: string) => ({
    egressIp: "203.0.113.7",
    facts: {
      hba: {
        kind: "read",
        value: {
          rules: [
            {
              where: "pg_hba.conf:7",
              type: "host",
              database: ["all"],
              userName: ["all"],
              address: "0.0.0.0",
              netmask: "0.0.0.0",
              authMethod,
              options: null,
              error: null,
            },
          ],
          memberships: [],
        },
      },
    } as const,
  });

  it("fails for a role without a password", async () => {
    const result = await checked(database, "role-password", { role });
    expect(result).toMatchObject({ outcome: "fail", message: `role ${role} has no password` });
    expect(result.fix?.text).toContain(`\\password ${quoteIdentifier(role)}`);
  });

  it("compares the password that is given with the stored one", async () => {
    await setPassword("scram-sha-256", "right");
    expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
      outcome: "pass",
    });
    const wrong = await checked(database, "role-password", { role, password: "wrong" });
    expect(wrong).toMatchObject({
      outcome: "fail",
      message: `role ${role} has another password than the one given`,
    });
    expect(JSON.stringify(wrong)).not.toContain("wrong");
    expect(await checked(database, "role-password", { role })).toMatchObject({
      outcome: "pass",
      message: "SCRAM; not compared: no password was given, or it has more than 100,000 iterations",
    });
  });

  it("fails for a password stored as md5 under a scram-sha-256 line, and only there", async () => {
    await setPassword("md5", "right");
    const refused = await checked(database, "role-password", { role, ...line("scram-sha-256") });
    expect(refused).toMatchObject({
      outcome: "fail",
      findings: [{ current: "stored as md5", needed: "stored as SCRAM" }],
      fix: { sql: ["SET password_encryption = 'scram-sha-256';"] },
    });
    expect(refused.message).toContain("pg_hba.conf:7");
    expect(await checked(database, "role-password", { role, ...line("md5") })).toMatchObject({
      outcome: "pass",
    });
    expect(await checked(database, "role-password", { role })).toMatchObject({
      outcome: "pass",
      message: "stored as md5, which a scram-sha-256 line of pg_hba.conf refuses",
    });
    await applyFix(refused, database.session);
    // What psql's \\password does is encrypt it first, as password_encryption says.
    await database.session.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD 'right'`);
    expect(await checked(database, "role-password", { role, ...line("scram-sha-256") })).toMatchObject({
      outcome: "pass",
    });
  });

  it("fails for a password that has expired, and passes after the fix", async () => {
    await setPassword("scram-sha-256", "right");
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} VALID UNTIL '2001-02-03Z'`);
    const result = await checked(database, "role-password", { role, password: "right" });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ current: "valid until 2001-02-03T00:00:00Z", needed: "a date to come, or infinity" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
      outcome: "pass",
    });
  });

  it("is skipped where nobody may look, unless the role logs in from here", async () => {
    const admin = database.role("reader");
    await database.run(`CREATE ROLE ${quoteIdentifier(admin)} LOGIN PASSWORD 'x'`);
    const as = { user: admin, password: "x" };
    expect(await checked(database, "role-password", { role, as })).toMatchObject({ outcome: "skipped" });
  });
});
