import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Facts } from "../../../src/preflight/facts/facts";
import { SESSION_SETTING_NAMES } from "../../../src/preflight/facts/setting-names";
import { MAJORS } from "../../support/postgres";
import { type Source, startSource } from "../source";

describe.each(MAJORS)("the settings of a session of the role on Postgres %i", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN PASSWORD 'right'",
      "CREATE ROLE narrow LOGIN PASSWORD 'right'",
      "ALTER ROLE narrow SET statement_timeout = 0",
    );
  });
  afterAll(() => source.stop());

  const asRole = () => ({ role: source.as("ardent", "right") });
  /** What a login as the role saw, and what was read of the role, the databases and the server. */
  const look = async (...statements: readonly string[]) => {
    await source.run(...statements);
    let facts: Facts | undefined;
    await source.judge("session-timeouts", { ...asRole(), amend: (read) => (facts = read) });
    if (facts?.connection.role.kind !== "read" || facts.server.kind !== "read") throw new Error("not read");
    const login = facts.connection.role.value;
    const { settings } = facts.server.value;
    const computed = SESSION_SETTING_NAMES.flatMap((name) => {
      const value = settings[name]?.value;
      return value === undefined ? [] : [[name, value] as const];
    });
    return { seen: login.outcome === "accepted" && login.settings, computed: Object.fromEntries(computed) };
  };

  it("are those that a login as the role sees, wherever and however they are set", async () => {
    const { seen, computed } = await look(
      "ALTER ROLE ALL SET statement_timeout = '3s'",
      "ALTER DATABASE postgres SET statement_timeout = '0x3E8'",
      "ALTER DATABASE postgres SET lock_timeout = '1e1 s'",
      "ALTER ROLE ardent SET lock_timeout = '0.4ms'",
      "ALTER ROLE ardent SET idle_in_transaction_session_timeout = 7",
      "ALTER ROLE ardent IN DATABASE postgres SET idle_in_transaction_session_timeout = '2.5'",
      "ALTER ROLE ardent IN DATABASE template1 SET synchronous_commit = local",
      "ALTER ROLE ALL SET synchronous_commit = 'no'",
      "ALTER ROLE ardent SET default_transaction_read_only = 'tru'",
      ...(major >= 17 ? ["ALTER ROLE ardent SET transaction_timeout = '2h'"] : []),
    );
    expect(seen).toMatchObject({
      statement_timeout: "1000",
      lock_timeout: "0",
      idle_in_transaction_session_timeout: "2",
      synchronous_commit: "off",
      default_transaction_read_only: "on",
      ...(major >= 17 ? { transaction_timeout: "7200000" } : {}),
    });
    expect(computed).toEqual(seen);
  });

  it("are the running ones while the files wait for a reload", async () => {
    const { seen, computed } = await look(
      ...["ROLE ALL", "DATABASE postgres", "ROLE ardent", "ROLE ardent IN DATABASE postgres"].map(
        (whose) => `ALTER ${whose} RESET ALL`,
      ),
      "ALTER SYSTEM SET idle_in_transaction_session_timeout = '10s'",
    );
    expect(seen).toMatchObject({ idle_in_transaction_session_timeout: "0" });
    expect(computed).toEqual(seen);
    expect(await source.judge("session-timeouts", asRole())).toMatchObject({
      outcome: "warn",
      findings: [{ current: "0 now, 10s after the next reload or restart" }],
    });
    await source.run("ALTER SYSTEM RESET ALL");
  });

  it("count if the reader's role hides the server's value", async () => {
    await source.run("ALTER DATABASE postgres RESET ALL", "ALTER SYSTEM SET statement_timeout = '30s'");
    await source.restart();
    const narrow = { admin: source.as("narrow", "right") };
    expect(await source.judge("session-timeouts", narrow)).toMatchObject({ outcome: "pass" });
    expect(await source.judge("session-timeouts", { ...narrow, ...asRole() })).toMatchObject({
      outcome: "warn",
      findings: [
        {
          object: "statement_timeout",
          current: "30 s",
          where: "a session of role ardent (a setting that this user cannot see, or a login event trigger)",
        },
      ],
    });
    await source.run("SET statement_timeout = 0", "ALTER SYSTEM RESET ALL");
    await source.restart();
  });

  it("count if they differ from the catalog", async () => {
    const amend = (facts: Facts): Facts => {
      if (facts.server.kind !== "read") throw new Error("not read");
      const settings = {
        ...facts.server.value.settings,
        lock_timeout: { value: "500", source: "role ardent" },
        default_transaction_read_only: { value: "on", source: "role ardent" },
      };
      return { ...facts, server: { kind: "read", value: { ...facts.server.value, settings } } };
    };
    for (const id of ["session-timeouts", "writable-primary"]) {
      expect((await source.judge(id, { amend })).outcome).not.toBe("pass");
      expect((await source.judge(id, { amend, ...asRole() })).outcome).toBe("pass");
    }
  });

  it.runIf(major >= 17)("count if a login event trigger sets them", async () => {
    await source.run(
      `CREATE FUNCTION limited() RETURNS event_trigger LANGUAGE plpgsql
       AS $$ BEGIN PERFORM set_config('idle_session_timeout', '2h', false); END $$`,
      "CREATE EVENT TRIGGER limited ON login EXECUTE FUNCTION limited()",
    );
    expect(await source.judge("session-timeouts")).toMatchObject({ outcome: "pass" });
    expect(await source.judge("session-timeouts", asRole())).toMatchObject({
      outcome: "warn",
      findings: [{ object: "idle_session_timeout", current: "7200 s" }],
    });
    await source.run("DROP EVENT TRIGGER limited");
  });

  it("are those of the catalog if the role cannot read its session's", async () => {
    await source.run(
      "REVOKE SELECT ON pg_settings FROM PUBLIC",
      "ALTER ROLE ardent SET statement_timeout = '30s'",
    );
    const report = await source.preflight(asRole());
    expect(report.checks.find(({ id }) => id === "login")).toMatchObject({ outcome: "pass" });
    expect(report.checks.find(({ id }) => id === "session-timeouts")).toMatchObject({
      outcome: "warn",
      findings: [{ object: "statement_timeout", current: "30 s", where: "role ardent" }],
    });
  });
});
