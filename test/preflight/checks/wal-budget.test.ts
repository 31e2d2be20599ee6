import { afterAll, beforeAll, expect, it } from "vitest";
import type { Facts } from "../../../src/preflight/facts/facts";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const HOUR = 3600;
const GIB = 1024 ** 3;

describeCheck("wal-budget", { byVersion: true }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const since = major >= 14 ? "statistics" : "checkpoint";
  /** What is judged where the server has written this much in this time. */
  const judgeRate = (bytes: number, seconds: number) =>
    source.judge("wal-budget", {
      amend: (facts: Facts) => {
        const { writes } = facts;
        if (writes.kind !== "read" || writes.value.wal?.since !== since)
          throw new Error("WAL is not counted");
        return {
          ...facts,
          writes: { kind: "read", value: { ...writes.value, wal: { bytes, seconds, since } } },
        };
      },
    });
  const basis = (time: string) =>
    major >= 14 ? `(average of ${time})` : `(average of the ${time} since the last checkpoint)`;
  const set = (limit: string) =>
    source.run(`ALTER SYSTEM SET max_slot_wal_keep_size = '${limit}'`, "SELECT pg_reload_conf()");

  it("passes without limit, and says how fast the disk would fill", async () => {
    expect(await judgeRate(GIB, 24 * HOUR)).toMatchObject({
      outcome: "pass",
      pointInTime: true,
      message: `limited only by the disk: an unread slot retains 1024 MB a day ${basis("24 h")}`,
    });
    expect(await judgeRate(GIB, 10)).toMatchObject({ outcome: "pass", message: "limited only by the disk" });
  });

  it("warns where less than a day of WAL fits, until the limit is raised as the fix says", async () => {
    await set("10GB");
    expect(await judgeRate(10 * GIB, 24 * HOUR)).toMatchObject({
      outcome: "pass",
      message: `10240 MB: 24 h of WAL, at 10240 MB a day ${basis("24 h")}`,
    });
    expect(await judgeRate(20 * GIB, 24 * HOUR)).toMatchObject({
      outcome: "warn",
      message: `an unread slot is lost after 12 h, at 20480 MB a day ${basis("24 h")}`,
      findings: [
        {
          object: "max_slot_wal_keep_size",
          current: "10240 MB, 12 h of WAL",
          needed: "at least 20480 MB, a day of WAL; better two days",
          where: expect.stringContaining("postgresql.auto.conf:"),
        },
      ],
      fix: { sql: [], text: expect.stringMatching(/^Raise max_slot_wal_keep_size to 40960 MB, two days/) },
    });
    await set("40GB");
    expect(await judgeRate(20 * GIB, 24 * HOUR)).toMatchObject({ outcome: "pass" });
  });

  it("counts what Ardent's slot already retains", async () => {
    await set("1GB");
    await source.run("SELECT pg_create_logical_replication_slot('pgstream_postgres_slot', 'wal2json')");
    expect(await judgeRate(GIB, 12 * HOUR)).toMatchObject({
      outcome: "warn",
      findings: [
        {
          current: expect.stringMatching(
            /^1024 MB, 11 h of WAL more for slot pgstream_postgres_slot, which keeps \d+ MB$/,
          ),
        },
      ],
    });
    await source.run("SELECT pg_drop_replication_slot('pgstream_postgres_slot')");
  });

  it("is skipped if WAL has not been counted for long, or with a limit that retains nothing", async () => {
    expect(await judgeRate(GIB, 10)).toMatchObject({ outcome: "skipped" });
    await set("0");
    expect(await judgeRate(GIB, 24 * HOUR)).toMatchObject({
      outcome: "skipped",
      message: "needs slot-wal-keep-size",
    });
  });
});
