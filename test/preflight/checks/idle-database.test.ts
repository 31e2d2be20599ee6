import { afterAll, beforeAll, expect, it } from "vitest";
import type { Facts } from "../../../src/preflight/facts/facts";
import type { Writes } from "../../../src/preflight/facts/writes";
import { describeCheck } from "../describe-check";
import { type Source, startSource } from "../source";

const DAY = 86_400;
const GIB = 1024 ** 3;

describeCheck("idle-database", { byVersion: true }, (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
  });
  afterAll(() => source.stop());

  const since = major >= 14 ? "statistics" : "checkpoint";
  /** What is judged where the server and the database have written this much. */
  const judge = (wal: { bytes: number; seconds: number }, database: Writes["database"]) =>
    source.judge("idle-database", {
      amend: (facts: Facts) => {
        if (facts.writes.kind !== "read") throw new Error(facts.writes.reason);
        return { ...facts, writes: { kind: "read", value: { wal: { ...wal, since }, database } } };
      },
    });

  it("is skipped on a server that was just started", async () => {
    expect((await source.judge("idle-database")).outcome).toMatch(/^(pass|skipped)$/);
  });

  it("warns if the server writes much and the database almost nothing", async () => {
    expect(
      await judge({ bytes: 480 * GIB, seconds: 10 * DAY }, { changes: 9, seconds: 10 * DAY }),
    ).toMatchObject({
      outcome: "warn",
      pointInTime: true,
      message: expect.stringMatching(
        /^database postgres is idle while the server writes 49152 MB a day \(average of /,
      ),
      findings: [
        {
          object: "database postgres",
          current: "9 changed rows in 10 d: a slot keeps 49152 MB between two",
          needed: "a change at least every hour",
          where: "pg_stat_database",
        },
      ],
      fix: { sql: [], text: expect.stringContaining("INSERT INTO ardent_heartbeat") },
    });
  });

  it("counts the WAL of a week if nothing changes for longer", async () => {
    expect(
      await judge({ bytes: 20 * GIB, seconds: 20 * DAY }, { changes: 0, seconds: 20 * DAY }),
    ).toMatchObject({
      outcome: "warn",
      findings: [{ current: "0 changed rows in 20 d: a slot keeps 7168 MB in a week" }],
    });
  });

  it.each([
    ["the database is written to", { bytes: 480 * GIB, seconds: 10 * DAY }, 240],
    ["nobody writes much", { bytes: GIB, seconds: 10 * DAY }, 0],
  ])("passes where %s", async (_, wal, changes) => {
    expect(await judge(wal, { changes, seconds: 10 * DAY })).toMatchObject({ outcome: "pass" });
  });

  it("is skipped before writes have been counted for long", async () => {
    expect(await judge({ bytes: 480 * GIB, seconds: 10 }, { changes: 0, seconds: 10 })).toMatchObject({
      outcome: "skipped",
    });
  });
});
