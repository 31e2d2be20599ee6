import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** The current activity on the server, without preflight's own session. */
export interface Activity {
  /** Whether the reader sees what other users' sessions do (pg_read_all_stats). */
  readonly allVisible: boolean;
  /** How many connections are in use that count toward max_connections; WAL senders do not. */
  readonly connections: number;
  /** Transactions that hold a transaction id, or sit idle: the oldest {@link LISTED_TRANSACTIONS}, oldest first. */
  readonly transactions: readonly OpenTransaction[];
  /** Prepared transactions, oldest first, with the same limit. */
  readonly prepared: readonly PreparedTransaction[];
}

/** How many transactions are listed. */
export const LISTED_TRANSACTIONS = 50;

/** An open transaction; the SQL of its session is never read. */
export interface OpenTransaction {
  readonly pid: number;
  readonly user?: string;
  readonly database?: string;
  readonly application?: string;
  /** Whether it has written: creating a slot waits for it. */
  readonly hasXid: boolean;
  /** How long it has been open. */
  readonly seconds: number;
  /** How long the session has done nothing in it; undefined while a statement runs. */
  readonly idleSeconds?: number;
}

/** One row of pg_prepared_xacts. */
export interface PreparedTransaction {
  readonly gid: string;
  readonly owner: string;
  readonly database: string;
  readonly seconds: number;
}

/**
 * Reads the current activity. Users without pg_read_all_stats cannot see what other users' sessions do.
 *
 * @param ownName - the application_name of this user's sessions that are not counted, since they end with this run
 */
export async function readActivity(session: Session, ownName: string): Promise<Activity> {
  const [row] = await session.query<Activity>(ACTIVITY, [LISTED_TRANSACTIONS, ownName]);
  if (row === undefined) throw new Error("a SELECT without FROM returned no row");
  return row;
}

const OTHERS = "pid <> pg_backend_pid() AND (usename = session_user AND application_name = $2) IS NOT TRUE";

// A session without a user is a process of the server's own. backend_type is hidden from some.
const ACTIVITY = `
  SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS "allVisible",
         (SELECT count(*)::int FROM pg_stat_activity
           WHERE usesysid IS NOT NULL AND datid IS NOT NULL AND ${OTHERS}
             AND coalesce(backend_type, 'client backend') = 'client backend'
             AND pid NOT IN (SELECT pid FROM pg_stat_replication)) AS connections,
         (SELECT coalesce(json_agg(json_strip_nulls(to_json(t)) ORDER BY t.seconds DESC), '[]') FROM (
            SELECT pid, usename AS "user", datname AS "database", nullif(application_name, '') AS application,
                   backend_xid IS NOT NULL AS "hasXid",
                   extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds,
                   CASE WHEN state LIKE 'idle in transaction%'
                        THEN extract(epoch FROM clock_timestamp() - state_change)::int END AS "idleSeconds"
              FROM pg_stat_activity
             WHERE xact_start IS NOT NULL AND ${OTHERS}
               AND (backend_xid IS NOT NULL OR state LIKE 'idle in transaction%')
             ORDER BY xact_start LIMIT $1) t) AS transactions,
         (SELECT coalesce(json_agg(to_json(p) ORDER BY p.seconds DESC), '[]') FROM (
            SELECT gid, owner, database, extract(epoch FROM clock_timestamp() - prepared)::int AS seconds
              FROM pg_prepared_xacts ORDER BY prepared LIMIT $1) p) AS prepared`;

/** What {@link readActivity} reads. */
export const activitySchema = schemaOf<Activity>()(
  z.object({
    allVisible: z.boolean(),
    connections: z.number(),
    transactions: z.array(
      z.object({
        pid: z.number(),
        user: z.string().optional(),
        database: z.string().optional(),
        application: z.string().optional(),
        hasXid: z.boolean(),
        seconds: z.number(),
        idleSeconds: z.number().optional(),
      }),
    ),
    prepared: z.array(
      z.object({ gid: z.string(), owner: z.string(), database: z.string(), seconds: z.number() }),
    ),
  }),
);
