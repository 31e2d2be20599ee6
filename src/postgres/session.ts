import { Socket } from "node:net";
import { Client, type QueryResult } from "pg";
import { z } from "zod";
import { type CancelKey, cancelAll } from "./cancel-request";
import { COLUMN_TYPES } from "./column-types";
import { ConnectionError } from "./connection-error";
import type { ConnectionSettings } from "./connection-settings";
import { guardLogin, type LoginGuard } from "./login-guard";
import { oneAtATime } from "./one-at-a-time";
import { unansweredQueries } from "./pending-queries";
import { MAX_SCRAM_ITERATIONS } from "./scram";
import { SAFE_SEARCH_PATH, SAFE_STARTUP_OPTIONS } from "./search-path";
import { limitTraffic, type ReadingConnection } from "./session-budget";
import { networkCode, SqlState, sqlState } from "./sqlstate";
import { pgSslOption } from "./ssl-mode";

/** How a session is opened. Times are in milliseconds. */
export interface SessionOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** For everything until the session can run a query: host name, socket, TLS, login, settings. */
  readonly connectTimeoutMs: number;
  /** Enforced by the server; a server that stops responding is given up a few seconds later. */
  readonly statementTimeoutMs: number;
  /** Defaults to the server's setting, which also holds behind a pooler. */
  readonly lockTimeoutMs?: number;
  /** Whether every transaction is read-only. Defaults to false. */
  readonly readOnly?: boolean;
  /** Whether to reject a connection through a pooler, for work that needs one real session. Defaults to false. */
  readonly direct?: boolean;
  /**
   * `database` opens a walsender session, which takes replication commands and only takes queries without
   * parameters. It obeys lock_timeout; commands of the replication protocol ignore statement_timeout.
   */
  readonly replication?: "database";
  /**
   * Whether to send a query while others are still running, instead of waiting for them here. The server still runs them
   * one after the other, each with its own result. Defaults to false.
   */
  readonly pipeline?: boolean;
  /** Aborting it rejects running queries with the signal's reason, cancels them on the server and closes the socket. */
  readonly signal?: AbortSignal;
}

/** A separate connection to one database. */
export interface Session {
  /**
   * Runs one statement, with `pg_catalog, pg_temp` as the search_path. Through a pooler, each statement is a separate
   * transaction.
   *
   * @param sql - the statement, values as $1, $2, …
   * @param params - the values; undefined is NULL
   * @throws the server's error (see `sqlState`) or the socket's
   */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Closes the session; never fails, and neither a socket nor a running statement is left behind. */
  close(): Promise<void>;
  /** Such as 170011. */
  readonly serverVersionNum: number;
  /** The result of pg_backend_pid(). */
  readonly backendPid: number;
  /** Whether the server itself responds, not a pooler. */
  readonly direct: boolean;
  /** The address by which the server was reached, by us or by the pooler; null over a Unix-domain socket. */
  readonly serverAddress: string | null;
  readonly serverPort: number;
}

/** How long a regular end of the session may take before the socket is just closed. */
const CLOSE_TIMEOUT_MS = 1_000;

/** How long after statement_timeout the server's error about it may take to arrive. */
const ANSWER_GRACE_MS = 3_000;

/**
 * Opens a session whose search_path is `pg_catalog, pg_temp`: set by a startup option on the server itself, and by SET
 * LOCAL in the transaction of each statement through a pooler. Without one of them, nothing is run.
 *
 * @throws {ConnectionError} for the failures that neither the server nor Node has a code for
 * @throws the server's error, or Node's for names, sockets and TLS; see `connectionProblem`
 */
export async function openSession(settings: ConnectionSettings, options: SessionOptions): Promise<Session> {
  const end = Date.now() + options.connectTimeoutMs;
  try {
    return await connect(settings, options, SAFE_STARTUP_OPTIONS);
  } catch (error) {
    if (!REFUSES_OPTIONS.has(sqlState(error) ?? "")) throw error;
    const connectTimeoutMs = Math.max(1, end - Date.now());
    return await connect(settings, { ...options, connectTimeoutMs });
  }
}

/** Errors with which poolers reject startup options: PgBouncer (before 1.20, or for untracked settings), RDS Proxy. */
const REFUSES_OPTIONS: ReadonlySet<string> = new Set([
  SqlState.protocolViolation,
  SqlState.featureNotSupported,
]);

async function connect(
  settings: ConnectionSettings,
  options: SessionOptions,
  startupOptions?: string,
): Promise<Session> {
  const { signal } = options;
  signal?.throwIfAborted();
  const socket = new Socket();
  const { client, guard } = pgClient(settings, options, socket, startupOptions);
  // Without a listener a connection lost between two queries would end the process; the next query reports it.
  client.on("error", () => {});

  let address = settings.host;
  socket.once("connect", () => (address = socket.remoteAddress ?? address));
  const limitMs = options.statementTimeoutMs + ANSWER_GRACE_MS;
  const unanswered = unansweredQueries(limitMs, () =>
    stop(new ConnectionError("TIMEOUT", `the server has not answered for ${limitMs} ms`)),
  );
  const leave = async () => {
    if (unanswered.count() > 0) await cancelAll(unanswered, settings, address, keyOf(client));
    socket.destroy();
  };
  let leaving: Promise<void> | undefined;
  let stop: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = (reason) => {
      reject(reason);
      leaving ??= leave();
    };
  });
  stopped.catch(() => {});
  limitTraffic(connectionOf(client), (error) => {
    stop(error);
    // Otherwise it would keep sending while its statement is being canceled.
    socket.destroy();
  });
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(
    () => stop(new ConnectionError("TIMEOUT", `no session within ${options.connectTimeoutMs} ms`)),
    options.connectTimeoutMs,
  );
  /** The first byte decides: the server answers a request for TLS with S or N. */
  let tlsRefused = false;
  if (settings.sslMode !== "disable") socket.once("data", (data) => (tlsRefused = data[0] === 0x4e));

  const close = async () => {
    signal?.removeEventListener("abort", onAbort);
    await leaving;
    const timeout = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
    await client.end().catch(() => {});
    clearTimeout(timeout);
    socket.destroy();
  };

  try {
    await Promise.race([client.connect().catch(withCode), stopped]);
    guard.check();
    const introduction = await Promise.race([initialize(client, options), stopped]);
    if (options.direct && !introduction.direct)
      throw new ConnectionError("POOLER", "a connection pooler responded instead of the server itself");
    const run = async <Row>(sql: string, params?: readonly unknown[]) => {
      if (leaving !== undefined) return stopped;
      const query = params === undefined ? client.query(sql) : client.query(sql, [...params]);
      unanswered.add(query);
      return (await Promise.race([query, stopped])).rows as Row[];
    };
    const { pinned, ...server } = introduction;
    return { ...server, query: pinned ? run : inTransactions(run, options), close };
  } catch (error) {
    signal?.removeEventListener("abort", onAbort);
    socket.destroy();
    if (tlsRefused) throw new ConnectionError("TLS_REFUSED", "the server does not support TLS", error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** What the server announced at the login; pg's types leave it out. */
function keyOf(client: Client): CancelKey {
  return client as unknown as CancelKey;
}

/** What reads the server's messages; pg's types leave it out. */
function connectionOf(client: Client): ReadingConnection {
  return (client as unknown as { readonly connection: ReadingConnection }).connection;
}

/** Adds a code to errors of pg that have only a text: the server closed the connection, or does not speak Postgres. */
function withCode(error: unknown): never {
  if (sqlState(error) !== undefined || networkCode(error) !== undefined) throw error;
  throw new ConnectionError("PROTOCOL", error instanceof Error ? error.message : String(error), error);
}

function pgClient(
  settings: ConnectionSettings,
  options: SessionOptions,
  socket: Socket,
  startupOptions: string | undefined,
): { readonly client: Client; readonly guard: LoginGuard } {
  let guard: LoginGuard | undefined;
  const config = {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    // A function, since pg would look for an empty password in PGPASSWORD and ~/.pgpass. Handed over as it is:
    // pg runs it through SASLprep for SCRAM, and md5 wants it raw.
    password: () => {
      guard?.check();
      if (settings.password) return settings.password;
      throw new ConnectionError("PASSWORD_MISSING", "the server asks for a password, and there is none");
    },
    ssl: pgSslOption(settings.sslMode, settings.caCertificate),
    application_name: options.applicationName,
    enableChannelBinding: settings.channelBinding === "require",
    scramMaxIterations: MAX_SCRAM_ITERATIONS,
    types: COLUMN_TYPES,
    stream: () => socket,
    ...(options.replication === undefined ? {} : { replication: options.replication }),
    ...(options.pipeline ? { pipeline: true } : {}),
    ...(startupOptions === undefined ? {} : { options: startupOptions }),
  };
  const client = new Client(config);
  guard = guardLogin(connectionOf(client), settings);
  return { client, guard };
}

/** What the server says of itself, and whether its sessions keep the search_path that they began with. */
type Introduction = Pick<
  Session,
  "serverVersionNum" | "backendPid" | "direct" | "serverAddress" | "serverPort"
> & { readonly pinned: boolean };

const selfSchema = z.object({
  serverVersionNum: z.int().positive(),
  backendPid: z.int(),
  direct: z.boolean(),
  serverAddress: z.string().nullable(),
  serverPort: z.int(),
});

/**
 * Sets the session's settings and identifies the server: one round trip, no parameters (a WAL sender takes none).
 *
 * Through a pooler nothing is set, because it would stay on the server connection and affect the next client.
 */
async function initialize(client: Client, options: SessionOptions): Promise<Introduction> {
  const { processID } = keyOf(client);
  // A read-only transaction that is serializable and deferrable waits for all writing ones, without a limit.
  const isolation = {
    default_transaction_isolation: "read committed",
    default_transaction_deferrable: "off",
  };
  const settings = Object.entries({ ...settingsOf(options), ...isolation }).map(
    ([name, value]) => `set_config('${name}', '${value}', false)`,
  );
  const isServer = processID === null ? "true" : `pg_backend_pid() = ${processID}`;
  const statements = [
    // Settings that a pooler rejects or drops from the startup options are set for this transaction.
    ...beginPinned(),
    `SELECT ${settings.join(", ")} WHERE ${isServer}`,
    // Each of our queries runs once, and reads a catalog whose size the planner overestimates: compiling it takes
    // longer than running it. Postgres before 11 has no such setting.
    `SELECT set_config('jit', 'off', false) WHERE current_setting('jit', true) IS NOT NULL AND ${isServer}`,
    // Each statement has its own limit. This one (17+) would end the session; a database sets it for the transactions
    // of its application.
    `SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('transaction_timeout', true) IS NOT NULL AND ${isServer}`,
    `SELECT current_setting('server_version_num')::int AS "serverVersionNum", pg_backend_pid() AS "backendPid",
            ${isServer} AS "direct", host(inet_server_addr()) AS "serverAddress",
            current_setting('port')::int AS "serverPort"`,
    "COMMIT",
    "SHOW search_path",
  ];
  // pg answers several statements with several results, which its types do not say.
  const results: unknown = await client.query(statements.join("; "));
  const [row, , path] = (results as QueryResult[]).slice(-3).map(({ rows }) => rows[0]);
  const self = selfSchema.safeParse(row);
  if (!self.success)
    throw new ConnectionError("PROTOCOL", "the server does not identify itself as Postgres", self.error);
  return { ...self.data, pinned: self.data.direct && path?.search_path === SAFE_SEARCH_PATH };
}

/** The settings of a session or a transaction; times in milliseconds. */
function settingsOf({ statementTimeoutMs, lockTimeoutMs, readOnly }: SessionOptions) {
  return {
    statement_timeout: Math.trunc(statementTimeoutMs),
    ...(lockTimeoutMs === undefined ? {} : { lock_timeout: Math.trunc(lockTimeoutMs) }),
    ...(readOnly ? { default_transaction_read_only: "on" } : {}),
  };
}

/** Begins a transaction in which unqualified names mean the catalog, and which waits for no snapshot. */
function beginPinned(mode = ""): string[] {
  return [
    `BEGIN ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE${mode}`,
    `SET LOCAL search_path = ${SAFE_SEARCH_PATH}`,
  ];
}

/**
 * Runs each statement in a separate transaction, with the session's settings: the next one may use another connection of
 * the pooler, and no setting may stay on any of them. If the transaction cannot begin, the statement is not run.
 */
function inTransactions(run: Session["query"], options: SessionOptions): Session["query"] {
  const { default_transaction_read_only: readOnly, ...settings } = settingsOf(options);
  const begin = [
    ...beginPinned(readOnly === undefined ? "" : ", READ ONLY"),
    ...Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${value}`),
  ].join("; ");
  return oneAtATime(async (sql, params) => {
    await run(begin);
    try {
      const rows = await run(sql, params);
      await run("COMMIT");
      return rows;
    } catch (error) {
      // The connection, and with it the transaction, may be lost: the first error is the one to report.
      await run("ROLLBACK").catch(() => {});
      throw error;
    }
  }) as Session["query"];
}
