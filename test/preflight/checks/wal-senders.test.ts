import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { type Source, startSource } from "../source";

describe("wal-senders", () => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource();
  });
  afterAll(() => source.stop());

  it("passes with one of ten free and fails with none, ours counting as free", async () => {
    const senders: Session[] = [];
    const open = async (count: number) => {
      for (; senders.length < count; )
        senders.push(
          await openSession(source.admin, {
            applicationName: "somebody's",
            connectTimeoutMs: 10_000,
            statementTimeoutMs: 10_000,
            replication: "database",
          }),
        );
    };
    await open(9);
    expect(await source.judge("wal-senders")).toMatchObject({ outcome: "pass", message: "9 of 10 used" });
    await open(10);
    expect(await source.judge("wal-senders")).toMatchObject({
      outcome: "fail",
      message: "all 10 WAL senders are in use",
      findings: [{ object: "max_wal_senders", current: "10", needed: "at least 11", where: "default" }],
      fix: { sql: ["ALTER SYSTEM SET max_wal_senders = 11;"], effect: "restart" },
    });
    await Promise.all(senders.map((sender) => sender.close()));
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
