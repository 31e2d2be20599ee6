import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

// What these formats do to values in the stream: test/preflight/verdict-and-operation.test.ts.
describeCheck("stream-formats", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE ardent LOGIN PASSWORD 'right'",
      "CREATE ROLE dba LOGIN SUPERUSER PASSWORD 'right'",
      "ALTER ROLE dba SET bytea_output = 'escape'",
      "ALTER ROLE dba SET DateStyle = 'German'",
    );
  });
  afterAll(() => source.stop());

  it("passes by default, with formats that can be read back, and with any formats of the reader", async () => {
    expect((await source.judge("stream-formats")).outcome).toBe("pass");
    await source.run(
      "ALTER ROLE ardent SET datestyle = 'iso, dmy'",
      "ALTER ROLE ardent SET intervalstyle = 'ISO_8601'",
      "ALTER ROLE ardent SET extra_float_digits = 3",
    );
    expect((await source.judge("stream-formats", { admin: source.as("dba", "right") })).outcome).toBe("pass");
    await source.run("ALTER ROLE ardent RESET ALL", "ALTER DATABASE postgres SET datestyle = 'DMY'");
    expect((await source.judge("stream-formats")).outcome).toBe("pass");
  });

  it("fails for those that cannot, wherever they are set, and its fix sets only the role's", async () => {
    await source.run(
      "ALTER SYSTEM SET datestyle = 'SQL, DMY'",
      "SELECT pg_reload_conf()",
      "ALTER ROLE ardent SET bytea_output = 'ESCAPE'",
      "ALTER DATABASE postgres RESET datestyle",
      "ALTER DATABASE postgres SET IntervalStyle = 'sql_standard'",
      "ALTER ROLE ALL SET extra_float_digits = '0'",
    );
    const result = await source.judge("stream-formats");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "bytea_output, datestyle, intervalstyle, extra_float_digits would alter values in the stream",
      fix: { effect: "none" },
    });
    expect(result.findings).toEqual([
      { object: "bytea_output", current: "escape", needed: "hex", where: "role ardent" },
      {
        object: "datestyle",
        current: "SQL, DMY",
        needed: "ISO",
        where: expect.stringContaining("postgresql.auto.conf:"),
      },
      { object: "intervalstyle", current: "sql_standard", needed: "postgres", where: "database postgres" },
      { object: "extra_float_digits", current: "0", needed: "at least 1", where: "all roles" },
    ]);
    await source.run(...(result.fix?.sql ?? []));
    expect((await source.judge("stream-formats")).outcome).toBe("pass");
  });

  it("warns where the next reload changes them", async () => {
    await source.run(
      "ALTER ROLE ardent IN DATABASE postgres RESET bytea_output",
      "ALTER ROLE ardent RESET ALL",
      "ALTER SYSTEM SET bytea_output = 'escape'",
    );
    const result = await source.judge("stream-formats");
    expect(result).toMatchObject({
      outcome: "warn",
      message: "the next reload or restart changes bytea_output",
      findings: [{ object: "bytea_output", current: "hex now, escape after the next reload or restart" }],
    });
    await source.run(...(result.fix?.sql ?? []));
    expect((await source.judge("stream-formats")).outcome).toBe("pass");
  });
});
