import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openSession, type Session } from "../../../src/postgres/session";
import { readWrites } from "../../../src/preflight/facts/writes";
import { applicationSession } from "../../support/application-session";
import { MAJORS } from "../../support/postgres";
import { type Source, startSource } from "../source";

describe.each(MAJORS)("the amount of writes on Postgres %i", (major) => {
  let source: Source;
  let session: Session;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run(
      "CREATE ROLE plain LOGIN PASSWORD 'right'",
      "CREATE DATABASE busy",
      "CREATE TABLE t (id int)",
    );
    session = await openSession(source.as("plain", "right"), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
  });
  afterAll(async () => {
    await session.close();
    await source.stop();
  });

  it("is the server's WAL, and the rows of only this database", async () => {
    const before = await readWrites(session);
    expect(before).toEqual({
      wal: {
        bytes: expect.any(Number),
        seconds: expect.any(Number),
        since: major >= 14 ? "statistics" : "checkpoint",
      },
      database: { changes: expect.any(Number), seconds: expect.any(Number) },
    });

    const busy = await applicationSession(
      { ...source.admin, database: "busy" },
      {
        applicationName: "test",
        connectTimeoutMs: 10_000,
        statementTimeoutMs: 30_000,
      },
    );
    await busy.query("CREATE TABLE t AS SELECT n FROM generate_series(1, 100000) AS n");
    await busy.close();
    await source.run("INSERT INTO t SELECT generate_series(1, 1000)");
    // The server counts a moment after the commit.
    await vi.waitFor(
      async () => {
        const { wal, database } = await readWrites(session);
        const written = (wal?.bytes ?? 0) - (before.wal?.bytes ?? 0);
        expect(written).toBeGreaterThan(5_000_000);
        const changed = database.changes - before.database.changes;
        expect(changed).toBeGreaterThanOrEqual(1000);
        expect(changed).toBeLessThan(50_000);
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});
