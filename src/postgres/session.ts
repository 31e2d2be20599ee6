import type { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { Client, type QueryResult } from "pg";
import { type CancelKey, cancelAll } from "./cancel-request";
import { ConnectionError } from "./connection-error";
import type { ConnectionSettings } from "./connection-settings";
import { guardLogin, type LoginGuard } from "./login-guard";
import { networkCode, sqlState } from "./sqlstate";
import { pgSslOption } from "./ssl-mode";
import { unansweredQueries } from "./unanswered";

/** How a session is opened. Times are in milliseconds. */
export interface SessionOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** For everything until the session can take a query: name, socket, TLS, login, settings. */
  readonly connectTimeoutMs: number;
  /** Kept by the server; a server that stops answering, or one behind a pooler, is given up a few seconds later. */
  readonly statementTimeoutMs: number;
  /** Defaults to the server's setting, which also holds behind a pooler. */
  readonly lockTimeoutMs?: number;
  /** Whether every transaction is read-only; not behind a pooler. Defaults to false. */
  readonly readOnly?: boolean;
  /**
   * `database` opens a walsender session, which takes replication commands and only takes queries without
   * parameters. It obeys lock_timeout; commands of the replication protocol ignore statement_timeout.
   */
  readonly replication?: "database";
  /**
   * Whether a query is sent while others are still being answered, instead of waiting for its turn here. They are run
   * one after the other all the same, each with its own outcome. Defaults to false.
   */
  readonly pipeline?: boolean;
  /** Aborting it rejects what is under way with the signal's reason, cancels it on the server and closes the socket. */
  readonly signal?: AbortSignal;
}

/** A connection of its own to one database. */
export interface Session {
  /**
   * Runs one statement.
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
  /** What pg_backend_pid() says. */
  readonly backendPid: number;
  /** The process id of the start-up message; differs from backendPid when a pooler sits in between. */
  readonly announcedPid: number | undefined;
  /** The address by which the server was reached, by us or by the pooler; null over a Unix-domain socket. */
  readonly serverAddress: string | null;
  readonly serverPort: number;
}

/** How long a polite goodbye may take before the socket is closed without one. */
const CLOSE_TIMEOUT_MS = 1_000;

/** How long after statement_timeout the server's word that it has passed may take to get here. */
const ANSWER_GRACE_MS = 3_000;

/**
 * Opens a session.
 *
 * Settings are made after the login and not by start-up parameters, which poolers refuse.
 *
 * @throws {ConnectionError} for the failures that neither the server nor Node has a code for
 * @throws the server's error, or Node's for names, sockets and TLS; see `connectionProblem`
 */
export async function openSession(settings: ConnectionSettings, options: SessionOptions): Promise<Session> {
  const { signal } = options;
  signal?.throwIfAborted();
  const socket = new Socket();
  const { client, guard } = pgClient(settings, options, socket);
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
    const introduction = await Promise.race([introduce(client, options), stopped]);
    return {
      ...introduction,
      announcedPid: keyOf(client).processID ?? undefined,
      query: async <Row>(sql: string, params?: readonly unknown[]) => {
        if (leaving !== undefined) return stopped;
        const query = params === undefined ? client.query(sql) : client.query(sql, [...params]);
        unanswered.add(query);
        return (await Promise.race([query, stopped])).rows as Row[];
      },
      close,
    };
  } catch (error) {
    signal?.removeEventListener("abort", onAbort);
    socket.destroy();
    if (tlsRefused) throw new ConnectionError("TLS_REFUSED", "the server does not speak TLS", error);
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
function connectionOf(client: Client): EventEmitter {
  return (client as unknown as { readonly connection: EventEmitter }).connection;
}

/** Gives a code to what pg rejects with words alone: a server that hangs up, or does not speak Postgres. */
function withCode(error: unknown): never {
  if (sqlState(error) !== undefined || networkCode(error) !== undefined) throw error;
  throw new ConnectionError("PROTOCOL", error instanceof Error ? error.message : String(error), error);
}

function pgClient(
  settings: ConnectionSettings,
  options: SessionOptions,
  socket: Socket,
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
    stream: () => socket,
    ...(options.replication === undefined ? {} : { replication: options.replication }),
    ...(options.pipeline ? { pipeline: true } : {}),
  };
  const client = new Client(config);
  guard = guardLogin(connectionOf(client), settings);
  return { client, guard };
}

/** What the server says of itself. */
type Introduction = Pick<Session, "serverVersionNum" | "backendPid" | "serverAddress" | "serverPort">;

/**
 * Sets the session's settings and asks who is there: one round trip, no parameters (a walsender takes none).
 *
 * Behind a pooler nothing is set: it would stay with the server's connection, for whoever gets that next.
 */
async function introduce(client: Client, options: SessionOptions): Promise<Introduction> {
  const { processID } = keyOf(client);
  const settings = Object.entries({
    statement_timeout: Math.trunc(options.statementTimeoutMs),
    ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: Math.trunc(options.lockTimeoutMs) }),
    ...(options.readOnly ? { default_transaction_read_only: "on" } : {}),
  }).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  const isServer = processID === null ? "true" : `pg_backend_pid() = ${processID}`;
  const statements = [
    `SELECT ${settings.join(", ")} WHERE ${isServer}`,
    // Each of our queries is asked once, and reads a catalogue whose size the planner overrates: compiling it takes
    // longer than running it. Postgres before 11 has no such setting.
    `SELECT set_config(name, 'off', false) FROM pg_catalog.pg_settings WHERE name = 'jit' AND ${isServer}`,
    `SELECT current_setting('server_version_num')::int AS "serverVersionNum", pg_backend_pid() AS "backendPid",
            host(inet_server_addr()) AS "serverAddress", current_setting('port')::int AS "serverPort"`,
  ];
  // pg answers several statements with several results, which its types do not say.
  const results: unknown = await client.query(statements.join("; "));
  const [row] = (results as QueryResult<Introduction>[]).at(-1)?.rows ?? [];
  if (row === undefined) throw new Error("pg_backend_pid() returned no row");
  return row;
}
