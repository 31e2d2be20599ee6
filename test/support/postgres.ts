// Real Postgres servers for tests: one of one's own, or one that a whole run shares.
import { randomBytes } from "node:crypto";
import { Client, type QueryResultRow } from "pg";
import { BROKER_VARIABLE, fromRun, RUN_LABEL, RUN_VARIABLE } from "./postgres-run";
import { byTier } from "./tier";

type PostgresContainer = import("../../scripts/lib/postgres-container.mjs", { with: {
  "resolution-mode": "import",
}}).PostgresContainer;

/** The versions that there are images for. */
export const ALL_MAJORS = [13, 15, 17, 18] as const;
export type Major = (typeof ALL_MAJORS)[number];

/**
 * The versions that this run tests. In the first tier the oldest, which lacks every feature that we tell apart, and the
 * newest, which has them all; most tests of one version take 17.
 */
export const MAJORS: readonly Major[] = byTier<readonly Major[]>({ first: [13, 18], all: ALL_MAJORS });

/** Who asks, and where; the superuser in the database `postgres` by default. */
export interface Session {
  database?: string;
  user?: string;
  password?: string;
  /** A pooler's; the server's own by default. */
  port?: number;
  /** Encrypt the connection; not by default. */
  ssl?: boolean;
  /** Settings of the session, as PGOPTIONS has them: they outrank what the database and the role have. */
  options?: string;
}

/** A server that is shared: make databases and roles of your own in it, and change nothing else. */
export interface SharedPostgres {
  major: Major;
  host: string;
  /** On the host; stays the same over a restart. */
  port: number;
  /** The authority that signed the server's certificate (for localhost, 127.0.0.1 and ::1), as PEM. */
  caCertificate: string;
  /** The superuser's connection. */
  admin: { host: string; port: number; user: string; password: string; database: string };
  /** A connection URL; by default the superuser's to the database `postgres`. */
  url(database?: string, user?: string, password?: string): string;
  /**
   * Runs SQL in a connection of its own; several statements without parameters are possible.
   *
   * @returns the rows (of the last statement)
   */
  query<Row extends QueryResultRow = QueryResultRow>(
    sql: string,
    params?: unknown[],
    session?: Session,
  ): Promise<Row[]>;
  /** Makes an empty database and returns its name, which begins with `prefix`. */
  createDatabase(prefix?: string): Promise<string>;
}

/** A server of a test's own. */
export interface PostgresServer
  extends SharedPostgres,
    Pick<PostgresContainer, "exec" | "logs" | "restart" | "stop"> {}

/** What a server is to be. */
export interface StartPostgresOptions {
  major: Major;
  /** Lines of postgresql.conf, by name. */
  settings?: Record<string, string>;
  /**
   * Lines of pg_hba.conf, in place of "any host, any user, with a password". Tests come from the address of
   * Docker's bridge, not from 127.0.0.1; without a line for them `query` is refused, `exec` never is.
   */
  hba?: string[];
  /**
   * true, the default: wal_level is logical, wal2json is allowed, pg_hba.conf has a replication line.
   * false: as initdb leaves it, apart from TLS being on.
   */
  ready?: boolean;
}

/** Starts a server (about a second). What a test forgets to stop, the end of the run removes. */
export async function startPostgres(options: StartPostgresOptions): Promise<PostgresServer> {
  const { runPostgres } = await import("../../scripts/lib/postgres-container.mjs");
  const container = await runPostgres({ ...options, labels: { [RUN_LABEL]: fromRun(RUN_VARIABLE) } });
  const { exec, logs, restart, stop } = container;
  return { ...server(options.major, container), exec, logs, restart, stop };
}

/** The server of that version which all tests of a run share, ready for replication. */
export async function sharedPostgres(major: Major): Promise<SharedPostgres> {
  const response = await fetch(`${fromRun(BROKER_VARIABLE)}/${major}`);
  if (!response.ok) throw new Error(await response.text());
  return server(major, (await response.json()) as Connection);
}

/** @returns a name for a role or a database that no other test uses */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString("hex")}`;
}

type Connection = Pick<PostgresContainer, "port" | "password" | "caCertificate">;

function server(major: Major, { port, password, caCertificate }: Connection): SharedPostgres {
  const admin = { host: "127.0.0.1", port, user: "postgres", password, database: "postgres" };

  const query: SharedPostgres["query"] = async <Row extends QueryResultRow>(
    sql: string,
    params?: unknown[],
    { ssl = false, ...session }: Session = {},
  ) => {
    const client = new Client({ ...admin, ...session, ssl: ssl && { ca: caCertificate } });
    await client.connect();
    try {
      const result = await client.query<Row>(sql, params);
      // pg returns an array of results for several statements, which its types do not say.
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last.rows;
    } finally {
      await client.end();
    }
  };

  return {
    major,
    host: admin.host,
    port,
    caCertificate,
    admin,
    url: (database = admin.database, user = admin.user, secret = password) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${admin.host}:${port}/${encodeURIComponent(database)}`,
    query,
    createDatabase: async (prefix = "db") => {
      const name = uniqueName(prefix);
      await query(`CREATE DATABASE "${name}"`);
      return name;
    },
  };
}
