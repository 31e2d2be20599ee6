import { afterAll, beforeAll, expect, it } from "vitest";
import { applicationSession } from "../../support/application-session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("session-timeouts", { byVersion: true }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN PASSWORD 'right'",
      "CREATE ROLE dba LOGIN SUPERUSER PASSWORD 'right'",
    );
  });
  afterAll(() => source.stop());

  it("passes without limits, with long ones, and with any limits of the reader", async () => {
    await source.run(
      "ALTER ROLE ardent SET statement_timeout = '1d'",
      "ALTER ROLE ardent SET lock_timeout = '1min'",
      "ALTER ROLE dba SET statement_timeout = '10s'",
    );
    expect((await source.judge("session-timeouts")).outcome).toBe("pass");
    expect((await source.judge("session-timeouts", { admin: source.as("dba", "right") })).outcome).toBe(
      "pass",
    );
    await source.run("ALTER ROLE ardent RESET ALL");
  });

  it("warns of short ones wherever they are set, and its fix removes them for the role only", async () => {
    await source.run(
      "ALTER SYSTEM SET idle_in_transaction_session_timeout = '10min'",
      "SELECT pg_reload_conf()",
      "ALTER DATABASE postgres SET statement_timeout = '30s'",
      "ALTER ROLE ardent SET lock_timeout = '500ms'",
      ...(major >= 14 ? ["ALTER ROLE ALL SET idle_session_timeout = '1h'"] : []),
      ...(major >= 17 ? ["ALTER ROLE ardent IN DATABASE postgres SET transaction_timeout = '2h'"] : []),
    );
    const result = await source.judge("session-timeouts");
    expect(result).toMatchObject({
      outcome: "warn",
      findingCount: 3 + Number(major >= 14) + Number(major >= 17),
      fix: { effect: "none" },
    });
    expect(result.findings.map(({ object, current, where }) => [object, current, where])).toEqual([
      ["statement_timeout", "30 s", "database postgres"],
      ["idle_in_transaction_session_timeout", "600 s", expect.stringContaining("postgresql.auto.conf:")],
      ...(major >= 17 ? [["transaction_timeout", "7200 s", "role ardent in database postgres"]] : []),
      ...(major >= 14 ? [["idle_session_timeout", "3600 s", "all roles"]] : []),
      ["lock_timeout", "0.5 s", "role ardent"],
    ]);
    await source.run(...(result.fix?.sql ?? []));
    expect((await source.judge("session-timeouts")).outcome).toBe("pass");

    // As the role itself has it now, and as other roles still have it.
    const shown = async (user: string) => {
      const session = await applicationSession(source.as(user, "right"), {
        applicationName: "test",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 10_000,
      });
      const [row] = await session.query<{ value: string }>(
        "SELECT reset_val AS value FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'",
      );
      await session.close();
      return row?.value;
    };
    expect(await shown("ardent")).toBe("0");
    expect(await shown("dba")).toBe("600000");
  });

  it("warns of a short wal_sender_timeout, and of a short lock_timeout", async () => {
    await source.run(
      "ALTER ROLE ardent SET lock_timeout = '1ms'",
      "ALTER ROLE ardent SET wal_sender_timeout = '9s'",
    );
    expect(await source.judge("session-timeouts")).toMatchObject({ outcome: "warn", findingCount: 1 });
    await source.run("ALTER ROLE ardent IN DATABASE postgres RESET lock_timeout");
    expect(await source.judge("session-timeouts")).toMatchObject({ outcome: "warn", findingCount: 2 });
  });

  it("fails for one that interrupts Ardent's first steps, however small the tables are", async () => {
    await source.run("ALTER ROLE ardent RESET ALL", "ALTER ROLE ardent SET wal_sender_timeout = '999ms'");
    await source.run("ALTER ROLE ardent IN DATABASE postgres RESET ALL");
    await source.run("ALTER ROLE ardent IN DATABASE postgres SET statement_timeout = '999ms'");
    const result = await source.judge("session-timeouts");
    expect(result).toMatchObject({
      outcome: "fail",
      findings: [
        { object: "statement_timeout", current: "0.999 s", needed: "0 (no limit) or at least 1 day" },
        { object: "idle_in_transaction_session_timeout" },
        ...(major >= 14 ? [{ object: "idle_session_timeout" }] : []),
        { object: "wal_sender_timeout", current: "0.999 s", needed: "0 (no limit) or at least 10 s" },
      ],
    });
    await source.run(...(result.fix?.sql ?? []));
    expect((await source.judge("session-timeouts")).outcome).toBe("pass");
  });
});
