import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../../src/postgres/connection-settings";
import { type GatherOptions, gatherFacts } from "../../../src/preflight/facts/gather-facts";
import { runPreflight } from "../../../src/preflight/run";
import { commandLine } from "../../cli/command-line";
import { type PgBouncer, startPgBouncer } from "../../support/pgbouncer";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { describeCheck, noteResult } from "../describe-check";
import { requestFor } from "../request-for";

describeCheck("direct-connection", (major) => {
  let postgres: PostgresServer;
  const poolers: { session?: PgBouncer; transaction?: PgBouncer } = {};
  beforeAll(async () => {
    postgres = await startPostgres({ major });
    [poolers.session, poolers.transaction] = await Promise.all([
      startPgBouncer(postgres, "session"),
      startPgBouncer(postgres, "transaction"),
    ]);
  });
  afterAll(async () => {
    await Promise.all([poolers.session?.stop(), poolers.transaction?.stop()]);
    await postgres.stop();
  });

  const portOf = (mode: keyof typeof poolers) => poolers[mode]?.port ?? 0;
  const loginAt = (port: number, user = postgres.admin.user, password = postgres.admin.password) =>
    connectionSettings({ host: "127.0.0.1", port, database: "postgres", user, password });
  const requestAt = (port: number) =>
    requestFor({
      source: { host: "127.0.0.1", port, database: "postgres" },
      role: postgres.admin.user,
      connector: true,
      tls: false,
      decisions: {},
    });
  /** The source is where the reader logs in, unless another one is given. */
  const look = async (how: Pick<GatherOptions, "admin" | "role">, sourcePort = how.admin?.port ?? 0) => {
    const { checks } = await runPreflight({
      request: requestAt(sourcePort),
      probes: { slot: true, login: true },
      ...how,
    });
    for (const check of checks) noteResult(major, check);
    const of = (id: string) => checks.find((check) => check.id === id);
    return { direct: of("direct-connection"), wal2json: of("wal2json"), single: of("single-instance") };
  };

  it("passes if Postgres itself responds", async () => {
    const { direct, wal2json } = await look({ admin: loginAt(postgres.port) });
    expect(direct).toMatchObject({ outcome: "pass" });
    expect(wal2json).toMatchObject({ message: "a temporary slot was created and dropped" });
  });

  describe.each(["session", "transaction"] as const)("through PgBouncer with %s pooling", (mode) => {
    it("fails, and shows the address of the server; no slot is created", async () => {
      const admin = loginAt(portOf(mode));
      const { direct, wal2json, single } = await look({ admin, role: admin });
      // Two connections of a pooler's may be one to the server: no snapshot is exported through it.
      expect(single).toMatchObject({
        outcome: "pass",
        message: expect.stringMatching(/no snapshot was exported$/),
      });
      expect(direct).toMatchObject({
        outcome: "fail",
        message: "the connection goes through a connection pooler",
        findings: [
          {
            object: `127.0.0.1:${portOf(mode)}`,
            current: "the reported backend process differs from the one that responds",
            needed: "the server itself",
          },
        ],
        fix: {
          text: expect.stringMatching(
            /^Give the host and port of Postgres itself.*connects to it at [\d.]+:5432\.$/,
          ),
          sql: [],
        },
      });
      expect(wal2json).toMatchObject({ outcome: "pass", message: "" });
      expect(await postgres.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
    });

    it("reads no settings of a session, which may be older than the current ones", async () => {
      const settingsAt = async (port: number) => {
        const login = loginAt(port);
        const options = { request: requestAt(port), admin: login, role: login };
        const { connection } = await gatherFacts({ ...options, probes: { slot: false, login: true } });
        return connection.role.kind === "read" && connection.role.value.outcome === "accepted"
          ? connection.role.value.settings
          : "no login";
      };
      expect(await settingsAt(postgres.port)).toMatchObject({ lock_timeout: "0" });
      expect(await settingsAt(portOf(mode))).toBeUndefined();
    });

    it("leaves no setting on server connections that others get next", async () => {
      await look({ admin: loginAt(portOf(mode)) });
      const settings = await postgres.query(
        `SELECT name, setting FROM pg_settings
          WHERE name IN ('default_transaction_read_only', 'statement_timeout', 'lock_timeout') ORDER BY name`,
        undefined,
        { port: portOf(mode) },
      );
      expect(settings).toEqual([
        { name: "default_transaction_read_only", setting: "off" },
        { name: "lock_timeout", setting: "0" },
        { name: "statement_timeout", setting: "0" },
      ]);
    });

    it("reports a URL of a pooler", async () => {
      const { user, password } = postgres.admin;
      const { exitCode, stdout } = await commandLine(
        ["preflight", `postgres://${user}@127.0.0.1:${portOf(mode)}/postgres`, "--output", "short"],
        { environment: { PGPASSWORD: password } },
      );
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/✗ direct-connection +the connection goes through a connection pooler\n/);
      expect(stdout).toMatch(/ {2}fix: Give the host and port of Postgres itself/);
    });

    it("only warns if the runner uses another address than Ardent", async () => {
      expect((await look({ admin: loginAt(portOf(mode)) }, postgres.port)).direct).toMatchObject({
        outcome: "warn",
        message: "this runner connects through a pooler; whether Ardent does is unknown",
      });
    });
  });

  it("leaves a failed login to the check of the login", async () => {
    expect((await look({ admin: loginAt(postgres.port, "nobody", "wrong") })).direct).toMatchObject({
      outcome: "skipped",
      message: "needs login",
    });
  });
});
