import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("event-triggers", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN",
      'CREATE ROLE "Owner"',
      "CREATE ROLE other",
      "CREATE SCHEMA app",
      "CREATE TABLE app.t (id int PRIMARY KEY)",
      'ALTER TABLE app.t OWNER TO "Owner"',
    );
  });
  afterAll(() => source.stop());

  /** Makes it fail in this way, and pass again by the fix. */
  const failsUntilFixed = async (...statements: string[]) => {
    await source.run(...statements);
    const result = await source.judge("event-triggers");
    await source.run(...(result.fix?.sql ?? []), "SELECT pg_reload_conf()");
    expect((await source.judge("event-triggers")).outcome).toBe("pass");
    return result;
  };

  it("passes with default settings", async () => {
    expect((await source.judge("event-triggers")).outcome).toBe("pass");
  });

  it("fails where they are turned off for an owner, the role, the database or all roles", async () => {
    const set = "SET session_replication_role = replica";
    const cases = [
      [`ALTER ROLE "Owner" ${set}`, "role Owner"],
      [`ALTER ROLE ardent IN DATABASE postgres ${set}`, "role ardent in database postgres"],
      [`ALTER DATABASE postgres ${set}`, "database postgres"],
      [`ALTER ROLE ALL ${set}`, "all roles"],
    ] as const;
    for (const [statement, where] of cases)
      expect(await failsUntilFixed(statement)).toMatchObject({
        outcome: "fail",
        findings: [{ object: "session_replication_role", current: "replica", needed: "origin", where }],
        fix: { effect: "none" },
      });
  });

  it("passes if settings of this database override those that turn them off", async () => {
    await source.run(
      "ALTER ROLE ALL SET session_replication_role = replica",
      "ALTER DATABASE postgres SET session_replication_role = origin",
      'ALTER ROLE "Owner" SET session_replication_role = replica',
      'ALTER ROLE "Owner" IN DATABASE postgres SET session_replication_role = origin',
    );
    expect((await source.judge("event-triggers")).outcome).toBe("pass");
    await source.run(
      "ALTER ROLE ALL RESET ALL",
      "ALTER DATABASE postgres RESET ALL",
      'ALTER ROLE "Owner" RESET ALL',
      'ALTER ROLE "Owner" IN DATABASE postgres RESET ALL',
    );
  });

  it("fails if they are turned off for all roles except Ardent's", async () => {
    await source.run("ALTER ROLE ardent SET session_replication_role = origin");
    expect(
      await failsUntilFixed("ALTER SYSTEM SET session_replication_role = replica", "SELECT pg_reload_conf()"),
    ).toMatchObject({ outcome: "fail", findings: [{ where: expect.stringContaining("auto.conf:") }] });
    await source.run("ALTER ROLE ardent RESET ALL");
  });

  it("warns if only roles that own nothing here turn them off", async () => {
    expect(await failsUntilFixed("ALTER ROLE other SET session_replication_role = replica")).toMatchObject({
      outcome: "warn",
      fix: { sql: ['ALTER ROLE "other" RESET session_replication_role;'] },
    });
  });

  it("fails if they are turned off in the whole server", async () => {
    expect(
      await failsUntilFixed("ALTER SYSTEM SET session_replication_role = replica", "SELECT pg_reload_conf()"),
    ).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "session_replication_role",
          current: "replica",
          needed: "origin",
          where: expect.stringContaining("auto.conf:"),
        },
      ],
      fix: { sql: ["ALTER SYSTEM SET session_replication_role = origin;"], effect: "reload" },
    });
  });

  it.runIf(major >= 17)("fails where event_triggers is off for the server, or for a role", async () => {
    expect(
      await failsUntilFixed(
        "ALTER SYSTEM SET event_triggers = off",
        "SELECT pg_reload_conf()",
        'ALTER ROLE "Owner" SET event_triggers = fal',
      ),
    ).toMatchObject({
      outcome: "fail",
      findings: [
        {
          object: "event_triggers",
          current: "off",
          needed: "on",
          where: expect.stringContaining("auto.conf:"),
        },
        { object: "event_triggers", current: "off", needed: "on", where: "role Owner" },
      ],
      fix: {
        sql: ["ALTER SYSTEM SET event_triggers = on;", 'ALTER ROLE "Owner" RESET event_triggers;'],
        effect: "reload",
      },
    });
  });
});
