import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession } from "../../../src/postgres/session";
import { readServerIdentity, type ServerIdentity } from "../../../src/preflight/facts/server-identity";
import { MAJORS } from "../../support/postgres";
import { type Source, startSource } from "../source";

describe.each(MAJORS)("the identity of a cluster, on Postgres %i", (major) => {
  let source: Source;
  beforeAll(async () => {
    source = await startSource({ major });
    await source.run("CREATE ROLE plain LOGIN PASSWORD 'plain'");
  });
  afterAll(() => source.stop());

  const read = async (user: string, password: string): Promise<ServerIdentity> => {
    const session = await openSession(source.as(user, password), {
      applicationName: "test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
    });
    try {
      return await readServerIdentity(session);
    } finally {
      await session.close();
    }
  };

  it("can be read by every user, survives a restart, and shows a recovery as another timeline", async () => {
    const { systemIdentifier } = await read("plain", "plain");
    expect(systemIdentifier).toMatch(/^\d+$/);
    expect(await read("plain", "plain")).toEqual({ systemIdentifier, timeline: 1, major });
    await source.restart();
    expect(await read("plain", "plain")).toEqual({ systemIdentifier, timeline: 1, major });

    // What recovering a backup does: replay to the end of the WAL, then continue in a timeline of one's own.
    await source.run("ALTER SYSTEM SET restore_command = 'false'");
    await source.exec(["sh", "-c", 'touch "$PGDATA/recovery.signal"']);
    await source.restart();
    await expect
      .poll(() => read("plain", "plain"), { timeout: 20_000 })
      .toEqual({ systemIdentifier, timeline: 2, major });
  });
});
