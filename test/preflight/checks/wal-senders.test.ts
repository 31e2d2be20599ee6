import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

describeCheck("wal-senders", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const openSender = () =>
    openSession(source.admin, {
      applicationName: "somebody's",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
      replication: "database",
    });

  it("passes with one of ten free and fails with none", async () => {
    const senders: Session[] = await Promise.all(Array.from({ length: 9 }, openSender));
    expect(await source.judge("wal-senders")).toMatchObject({ outcome: "pass", message: "9 of 10 used" });
    senders.push(await openSender());
    expect(await source.judge("wal-senders")).toMatchObject({
      outcome: "fail",
      message: "all 10 WAL senders are in use",
      findings: [{ object: "max_wal_senders", current: "10", needed: "at least 11", where: "default" }],
      fix: { sql: ["ALTER SYSTEM SET max_wal_senders = 11;"], effect: "restart" },
    });
    await Promise.all(senders.map((sender) => sender.close()));
  });

  it("counts the sender of our own connector as free", async () => {
    const connected = { kind: "read", value: { connector: { id: "con_1", name: "shop" } } } as const;
    const slot = "pgstream_postgres_slot";
    await source.run(`SELECT pg_create_logical_replication_slot('${slot}', 'wal2json')`);
    await source.exec([
      "sh",
      "-c",
      `nohup pg_recvlogical -d postgres --slot ${slot} --start --no-loop -f /dev/null > /dev/null 2>&1 &`,
    ]);
    await vi.waitFor(
      async () =>
        expect(await source.judge("wal-senders")).toMatchObject({ outcome: "pass", message: "1 of 10 used" }),
      { timeout: 20_000, interval: 100 },
    );
    expect(await source.judge("wal-senders", { service: connected })).toMatchObject({
      outcome: "pass",
      message: "0 of 10 used",
    });
    await source.run("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
  });

  it("fails below ten, and its fix only ever raises", async () => {
    await source.run("ALTER SYSTEM SET max_wal_senders = 4");
    await source.restart();
    const result = await source.judge("wal-senders");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "max_wal_senders is 4",
      fix: { sql: ["ALTER SYSTEM SET max_wal_senders = 10;"], effect: "restart" },
    });
    await source.run(...(result.fix?.sql ?? []));
    await source.restart();
    expect(await source.judge("wal-senders")).toMatchObject({ outcome: "pass", message: "0 of 10 used" });
  });
});
