import { afterAll, beforeAll, expect, it } from "vitest";
import { quoteIdentifier } from "../../../src/postgres/identifiers";
import { applyFix, checked } from "../checked";
import { describeCheck } from "../describe-check";
import { startSource } from "../source";
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
  const line = (authMethod: string, egressIp?: string) => ({
    ...(egressIp === undefined ? {} : { egressIp }),
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
              quoted: { database: [false], userName: [false], address: false },
            },
          ],
          memberships: [],
          files: { kind: "skipped", reason: "made up" },
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
      message: `role ${role} has a different password than the one given`,
    });
    expect(JSON.stringify(wrong)).not.toContain("wrong");
    expect(await checked(database, "role-password", { role })).toMatchObject({
      outcome: "pass",
      message: "SCRAM; not compared, because no password was given or it has more than 100,000 iterations",
    });
  });

  it("fails for a password stored as md5 under a scram-sha-256 line, and only there", async () => {
    const egressIp = "203.0.113.7";
    await setPassword("md5", "right");
    expect(
      await checked(database, "role-password", { role, ...line("scram-sha-256", egressIp) }),
    ).toMatchObject({
      outcome: "fail",
      message: `role ${role} has an md5 password, which the scram-sha-256 line pg_hba.conf:7 rejects`,
      findings: [{ current: "stored as md5", needed: "stored as scram-sha-256", where: "pg_hba.conf:7" }],
      // By hand: in a file of statements neither line would do anything.
      fix: {
        text: expect.stringMatching(
          /one psql session:\nSET password_encryption = 'scram-sha-256';\n\\password "/,
        ),
        sql: [],
      },
    });
    expect(await checked(database, "role-password", { role, ...line("md5", egressIp) })).toMatchObject({
      outcome: "pass",
      message: "stored as md5, which pg_hba.conf:7 accepts",
    });
  });

  it("fails for a password stored as md5 if no line accepts one, also without an egress IP", async () => {
    await setPassword("md5", "right");
    expect(await checked(database, "role-password", { role, ...line("scram-sha-256") })).toMatchObject({
      outcome: "fail",
      message: `role ${role} has an md5 password, but no line of pg_hba.conf for this role and database accepts one`,
    });
    expect(await checked(database, "role-password", { role, ...line("md5") })).toMatchObject({
      outcome: "pass",
      message: "stored as md5; works only with an md5 line",
    });
    const unread = { hba: { kind: "skipped", reason: "made up" } } as const;
    expect(await checked(database, "role-password", { role, facts: unread })).toMatchObject({
      outcome: "warn",
    });
  });

  it("fails for a password that has expired, and passes after the fix", async () => {
    await setPassword("scram-sha-256", "right");
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} VALID UNTIL '2001-02-03Z'`);
    const result = await checked(database, "role-password", { role, password: "right" });
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        {
          current: "valid until 2001-02-03T00:00:00Z",
          needed: "a date more than 90 days from now, or infinity",
        },
      ],
      fix: { choice: "The password then never expires." },
    });
    await applyFix(result, database.session);
    expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
      outcome: "pass",
    });
  });

  it("warns of a password that expires within 90 days, and passes after the fix", async () => {
    await setPassword("scram-sha-256", "right");
    const validFor = (interval: string) =>
      database.run(
        `DO $$ BEGIN EXECUTE format('ALTER ROLE ${quoteIdentifier(role)} VALID UNTIL %L', now() + interval '${interval}'); END $$`,
      );
    for (const [interval, when] of [
      ["89 days 12 hours", "in 89 days"],
      ["36 hours", "in 1 day"],
      ["20 minutes", "within a day"],
    ]) {
      await validFor(String(interval));
      expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
        outcome: "warn",
        message: `the password of role ${role} expires ${when}`,
        findings: [{ current: expect.stringMatching(/^valid until 2/), where: "pg_roles.rolvaliduntil" }],
      });
    }
    await applyFix(await checked(database, "role-password", { role, password: "right" }), database.session);
    expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
      outcome: "pass",
    });
    await validFor("91 days");
    expect(await checked(database, "role-password", { role, password: "right" })).toMatchObject({
      outcome: "pass",
    });
    await database.run(`ALTER ROLE ${quoteIdentifier(role)} VALID UNTIL 'infinity'`);
  });

  it("is skipped if the user cannot see it, unless the role logs in from here", async () => {
    const admin = database.role("reader");
    await database.run(`CREATE ROLE ${quoteIdentifier(admin)} LOGIN PASSWORD 'x'`);
    const as = { user: admin, password: "x" };
    expect(await checked(database, "role-password", { role, as })).toMatchObject({ outcome: "skipped" });
  });
});

it("makes an md5 password work with a scram-sha-256 line after the printed fix", async () => {
  const source = await startSource({ hba: ["host all all all scram-sha-256"] });
  await source.run("SET password_encryption = 'md5'", "CREATE ROLE ardent LOGIN PASSWORD 'right'");
  const login = { role: source.as("ardent", "right") };
  const result = await source.judge("role-password");
  expect(result.outcome).toBe("fail");
  expect(await source.judge("login", login)).toMatchObject({ outcome: "fail" });

  // What is below the first line of the fix is pasted into psql, which then asks for the password twice.
  const [, set, password] = result.fix?.text.split("\n") ?? [];
  await source.exec([
    "sh",
    "-c",
    `printf 'right\\nright\\n' | psql -U postgres -c "$0" -c "$1"`,
    set ?? "",
    password ?? "",
  ]);
  expect(await source.judge("role-password", login)).toMatchObject({ outcome: "pass" });
  expect(await source.judge("login", login)).toMatchObject({ outcome: "pass" });
  await source.stop();
});
