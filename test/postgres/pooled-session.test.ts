import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../src/postgres/connection-settings";
import { openSession, type Session } from "../../src/postgres/session";
import { type PgBouncer, startPgBouncer } from "../support/pgbouncer";
import { MAJORS, type PostgresServer, startPostgres } from "../support/postgres";

/** A statement that a planted function would win, and the settings under which it runs. */
const STATEMENT = `SELECT $1::int AS n, concat_ws('-'::text, 'a'::text, 'b'::text) AS text,
  current_setting('search_path') AS path, current_setting('lock_timeout') AS "lockTimeout",
  current_setting('statement_timeout') AS "statementTimeout", current_setting('transaction_read_only') AS "readOnly"`;

describe.each(MAJORS)("a session through PgBouncer, before Postgres %i", (major) => {
  let server: PostgresServer;
  const poolers: PgBouncer[] = [];
  const open: Session[] = [];
  beforeAll(async () => {
    server = await startPostgres({ major });
    await server.query(`CREATE FUNCTION public.concat_ws(text, text, text) RETURNS text LANGUAGE plpgsql
      AS 'BEGIN RAISE LOG ''a planted function runs''; RETURN ''planted''; END'`);
    const [session, transaction, ignoring, statement] = await Promise.all([
      startPgBouncer(server, "session"),
      startPgBouncer(server, "transaction"),
      startPgBouncer(server, "transaction", "options"),
      startPgBouncer(server, "statement", "options"),
    ]);
    poolers.push(session, transaction, ignoring, statement);
  });
  afterEach(async () => {
    for (const session of open.splice(0)) await session.close();
  });
  afterAll(async () => {
    await Promise.all(poolers.map((pooler) => pooler.stop()));
    await server.stop();
  });

  const openAt = async (pooler: number) => {
    const { user, password } = server.admin;
    const at = { host: "127.0.0.1", port: poolers[pooler]?.port ?? 0, database: "postgres" };
    const session = await openSession(connectionSettings({ ...at, user, password }), {
      applicationName: "pooled session test",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 9_000,
      lockTimeoutMs: 700,
      readOnly: true,
      pipeline: true,
    });
    open.push(session);
    return session;
  };

  describe.each([
    ["with session pooling", 0],
    ["with transaction pooling", 1],
    ["with transaction pooling that drops the startup options", 2],
  ])("%s", (_, pooler) => {
    it("finds only the catalog, with its own settings, in every statement", async () => {
      const session = await openAt(pooler);
      expect(session.direct).toBe(false);
      const answers = await Promise.all([1, 2, 3].map((n) => session.query(STATEMENT, [n])));
      const settings = {
        text: "a-b",
        path: "pg_catalog, pg_temp",
        lockTimeout: "700ms",
        statementTimeout: "9s",
        readOnly: "on",
      };
      expect(answers).toEqual([1, 2, 3].map((n) => [{ n, ...settings }]));
    });

    it("returns each statement's own result", async () => {
      const session = await openAt(pooler);
      const outcomes = await Promise.allSettled([
        session.query("SELECT 1 AS n"),
        session.query("SELECT $1::int / 0", [1]),
        session.query("SELECT $1::int AS n", [3]),
      ]);
      expect(outcomes).toMatchObject([
        { status: "fulfilled", value: [{ n: 1 }] },
        { status: "rejected", reason: { code: "22012" } },
        { status: "fulfilled", value: [{ n: 3 }] },
      ]);
    });

    it("leaves nothing set for the next client", async () => {
      await (await openAt(pooler)).query("SELECT 1");
      const [row] = await server.query(
        "SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout",
        [],
        { port: poolers[pooler]?.port ?? 0 },
      );
      expect(row).toEqual({ path: '"$user", public', timeout: "0" });
    });
  });

  it("runs no statement if a pooler allows no transactions", async () => {
    const session = await openAt(3);
    await expect(session.query(STATEMENT, [1])).rejects.toThrow();
    expect(await server.logs()).not.toContain("a planted function runs");
  });
});
