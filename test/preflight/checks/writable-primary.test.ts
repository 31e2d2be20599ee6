import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("writable-primary", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run("CREATE ROLE ardent LOGIN PASSWORD 'right'");
  });
  afterAll(() => source.stop());

  it("passes on a primary", async () => {
    expect((await source.judge("writable-primary")).outcome).toBe("pass");
  });

  it("fails if the role cannot write by default, until its fix is applied", async () => {
    await source.run("ALTER DATABASE postgres SET default_transaction_read_only = on");
    const result = await source.judge("writable-primary");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "transactions are read-only by default",
      findings: [{ object: "default_transaction_read_only", current: "on", where: "database postgres" }],
      fix: { effect: "none" },
    });
    await source.run("SET default_transaction_read_only = off", ...(result.fix?.sql ?? []));
    expect((await source.judge("writable-primary")).outcome).toBe("pass");
    await source.run(
      "SET default_transaction_read_only = off",
      "ALTER DATABASE postgres RESET default_transaction_read_only",
    );
  });

  it("fails on a standby, where no slot is ever tried", async () => {
    await source.exec(["sh", "-c", 'touch "$PGDATA/standby.signal"']);
    await source.restart();
    const report = await source.preflight({ probes: { slot: true, login: true } });
    const results = Object.fromEntries(report.checks.map((result) => [result.id, result]));
    expect(results["writable-primary"]).toMatchObject({
      outcome: "fail",
      message: "the server is a standby",
      findings: [{ object: "pg_is_in_recovery()", current: "true", needed: "false" }],
    });
    expect(results["single-instance"]).toMatchObject({
      outcome: "pass",
      message: "a snapshot exported on one connection is visible on two others",
    });
    expect(results.wal2json).toMatchObject({ outcome: "pass", message: "" });
  });
});
