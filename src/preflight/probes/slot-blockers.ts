import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** A transaction that the creation of a slot waits for: a session's or a prepared one. */
export type SlotBlocker =
  | {
      readonly kind: "session";
      readonly pid: number;
      readonly user?: string;
      readonly database?: string;
      readonly application?: string;
      /** How long it has been open; undefined where the reader may not see that. */
      readonly seconds?: number;
    }
  | {
      readonly kind: "prepared";
      readonly gid: string;
      readonly owner: string;
      readonly database: string;
      readonly seconds: number;
    };

/**
 * Reads which transactions a session is waiting for. Every user can see these; the SQL of the blocking sessions is never
 * read.
 *
 * @param pid - the waiting session's backend
 */
export async function readBlockers(session: Session, pid: number): Promise<readonly SlotBlocker[]> {
  const rows = await session.query<{ blocker: unknown }>(BLOCKERS, [pid]);
  return rows.map(({ blocker }) => slotBlockerSchema.parse(blocker));
}

// pg_blocking_pids returns 0 for a prepared transaction; the lock that is waited for shows which one it is.
const BLOCKERS = `
  SELECT json_strip_nulls(json_build_object('kind', 'session', 'pid', a.pid, 'user', a.usename,
           'database', a.datname, 'application', nullif(a.application_name, ''),
           'seconds', extract(epoch FROM clock_timestamp() - a.xact_start)::int)) AS blocker
    FROM pg_stat_activity a
   WHERE a.pid = ANY (pg_blocking_pids($1))
   UNION ALL
  SELECT json_build_object('kind', 'prepared', 'gid', p.gid, 'owner', p.owner, 'database', p.database,
           'seconds', extract(epoch FROM clock_timestamp() - p.prepared)::int)
    FROM pg_prepared_xacts p
   WHERE 0 = ANY (pg_blocking_pids($1))
     AND p.transaction IN (SELECT l.transactionid FROM pg_locks l WHERE l.pid = $1 AND NOT l.granted)`;

/** What {@link readBlockers} reads of each. */
export const slotBlockerSchema = schemaOf<SlotBlocker>()(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("session"),
      pid: z.number(),
      user: z.string().optional(),
      database: z.string().optional(),
      application: z.string().optional(),
      seconds: z.number().optional(),
    }),
    z.object({
      kind: z.literal("prepared"),
      gid: z.string(),
      owner: z.string(),
      database: z.string(),
      seconds: z.number(),
    }),
  ]),
);
