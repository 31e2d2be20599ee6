import { afterAll, beforeAll, expect, it } from "vitest";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const CONNECTED = { kind: "read", value: { connector: { id: "con_1", name: "shop" } } } as const;

describeCheck("replication-slots", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  it("passes with one of ten free and fails with none, and counts our own as free", async () => {
    await source.run(
      "SELECT pg_create_physical_replication_slot('standby_' || n) FROM generate_series(1, 9) AS n",
    );
    expect(await source.judge("replication-slots")).toMatchObject({
      outcome: "pass",
      message: "9 of 10 used",
    });
    await source.run("SELECT pg_create_logical_replication_slot('pgstream_postgres_slot', 'wal2json')");
    expect(await source.judge("replication-slots", { service: CONNECTED })).toMatchObject({
      outcome: "pass",
      message: "9 of 10 used",
    });
    expect(await source.judge("replication-slots")).toMatchObject({
      outcome: "fail",
      message: "all 10 replication slots are in use",
      findings: [{ object: "max_replication_slots", current: "10", needed: "at least 11", where: "default" }],
      fix: { sql: ["ALTER SYSTEM SET max_replication_slots = 11;"], effect: "restart" },
    });
  });

  it("fails below ten, until its fix is applied", async () => {
    await source.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    await source.run("ALTER SYSTEM SET max_replication_slots = 4");
    await source.restart();
    const result = await source.judge("replication-slots");
    expect(result).toMatchObject({
      outcome: "fail",
      message: "max_replication_slots is 4",
      findings: [
        { current: "4", needed: "at least 10", where: expect.stringMatching(/postgresql\.auto\.conf:\d+$/) },
      ],
      fix: { sql: ["ALTER SYSTEM SET max_replication_slots = 10;"], effect: "restart" },
    });
    await source.run(...(result.fix?.sql ?? []));
    await source.restart();
    expect(await source.judge("replication-slots")).toMatchObject({
      outcome: "pass",
      message: "0 of 10 used",
    });
  });
});
