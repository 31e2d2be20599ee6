import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { type TestDatabase, testDatabase } from "../test-database";

describeCheck("role-login", (major) => {
  let database: TestDatabase;
  let role: string;
  beforeAll(async () => {
    database = await testDatabase("preflight", major);
    role = database.role("Log in");
  });
  afterAll(() => database.drop());

  it("is not judged while there is no role", async () => {
    expect(await checked(database, "role-login", { role: "nobody" })).toMatchObject({
      outcome: "skipped",
      message: "needs role-exists",
    });
  });

  it("fails for a role without LOGIN, and passes after the fix", async () => {
    await database.run(`CREATE ROLE ${quoteIdentifier(role)}`);
    const result = await checked(database, "role-login", { role });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [{ object: `role ${role}`, current: "NOLOGIN", needed: "LOGIN" }],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-login", { role })).toMatchObject({ outcome: "pass" });
  });

  it("fails for a limit of no connection or one, because a snapshot needs two", async () => {
    for (const [limit, message] of [
      [0, "no connection is allowed"],
      [1, "1 connection is allowed, but a snapshot uses up to 16"],
    ] as const) {
      await database.run(`ALTER ROLE ${quoteIdentifier(role)} CONNECTION LIMIT ${limit}`);
      const result = await checked(database, "role-login", { role });
      expect(result).toMatchObject({
        outcome: "fail",
        message,
        findings: [{ current: `CONNECTION LIMIT ${limit}` }],
      });
      await applyFix(result, database.session);
      expect(await checked(database, "role-login", { role })).toMatchObject({ outcome: "pass" });
    }
  });

  it("warns of a limit that is lower than a snapshot needs", async () => {
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} CONNECTION LIMIT 15`);
    const result = await checked(database, "role-login", { role });
    expect(result).toMatchObject({
      outcome: "warn",
      message: "15 connections are allowed, but a snapshot uses up to 16",
      findings: [
        {
          object: `role ${role}`,
          current: "CONNECTION LIMIT 15",
          needed: "-1 (no limit) or at least 16",
          where: "pg_roles.rolconnlimit",
        },
      ],
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-login", { role })).toMatchObject({ outcome: "pass" });
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} CONNECTION LIMIT 16`);
    expect(await checked(database, "role-login", { role })).toMatchObject({ outcome: "pass" });
  });

  it("fails for a database with a limit of no connections, and warns of a low one", async () => {
    for (const [limit, outcome] of [
      [0, "fail"],
      [3, "warn"],
    ] as const) {
      await database.run(`ALTER DATABASE ${quoteIdentifier(database.name)} CONNECTION LIMIT ${limit}`);
      const result = await checked(database, "role-login", { role });
      expect(result).toMatchObject({
        outcome,
        findings: [
          {
            object: `database ${database.name}`,
            current: `CONNECTION LIMIT ${limit}`,
            where: "pg_database.datconnlimit",
          },
        ],
      });
      await applyFix(result, database.session);
      expect(await checked(database, "role-login", { role })).toMatchObject({ outcome: "pass" });
    }
  });

  it("passes for a superuser with any limit, because Postgres ignores it", async () => {
    const superuser = database.role("super");
    await database.run(`CREATE ROLE ${superuser} LOGIN SUPERUSER CONNECTION LIMIT 0 PASSWORD 'x'`);
    await database.sessionAs(superuser, "x");
    expect(await checked(database, "role-login", { role: superuser })).toMatchObject({ outcome: "pass" });
    expect(await checked(database, "role-login", { role: superuser, assumeNoSuperuser: true })).toMatchObject(
      {
        outcome: "fail",
        findings: [{ current: "CONNECTION LIMIT 0" }],
      },
    );
  });
});
