import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** The amount of writes: WAL of the whole server, and changed rows of this database, each with its time. */
export interface Writes {
  /** Undefined on a standby, which writes no WAL itself. */
  readonly wal?: {
    readonly bytes: number;
    /** The time in which they were written. */
    readonly seconds: number;
    /** The start of the count: the last reset of pg_stat_wal (14 and newer), or the start of the last checkpoint. */
    readonly since: "statistics" | "checkpoint";
  };
  readonly database: {
    /** Rows inserted, updated and deleted in this database, including those of its catalog. */
    readonly changes: number;
    /** How long that has been counted; may exceed the database's age if Postgres does not say (15 and newer). */
    readonly seconds: number;
  };
}

interface WritesRow {
  readonly inRecovery: boolean;
  readonly walBytes: number | null;
  readonly walSeconds: number | null;
  readonly changes: number;
  readonly seconds: number;
}

/** Reads the amount of writes. Every user can read this. */
export async function readWrites(session: Session): Promise<Writes> {
  const counted = session.serverVersionNum >= 140_000;
  const [row] = await session.query<WritesRow>(counted ? SINCE_STATISTICS : SINCE_CHECKPOINT);
  if (row === undefined) throw new Error("a SELECT without FROM returned no row");
  const { inRecovery, walBytes: bytes, walSeconds: seconds, changes } = row;
  return {
    ...(inRecovery || bytes === null || seconds === null
      ? {}
      : { wal: { bytes, seconds, since: counted ? "statistics" : "checkpoint" } }),
    database: { changes, seconds: row.seconds },
  };
}

/** @param wal - a query of one row with the columns bytes, and since (a time) */
function writesQuery(wal: string): string {
  return `
  SELECT pg_is_in_recovery() AS "inRecovery", w.bytes::float8 AS "walBytes",
         extract(epoch FROM clock_timestamp() - w.since)::float8 AS "walSeconds",
         (d.tup_inserted + d.tup_updated + d.tup_deleted)::float8 AS changes,
         extract(epoch FROM clock_timestamp()
           - coalesce(d.stats_reset, w.since, pg_postmaster_start_time()))::float8 AS seconds
    FROM (${wal}) w
    JOIN pg_stat_database d ON d.datname = current_database()`;
}

const SINCE_STATISTICS = writesQuery("SELECT wal_bytes AS bytes, stats_reset AS since FROM pg_stat_wal");

const SINCE_CHECKPOINT = writesQuery(`
  SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn) END AS bytes,
         checkpoint_time AS since
    FROM pg_control_checkpoint()`);

/** What {@link readWrites} reads. */
export const writesSchema = schemaOf<Writes>()(
  z.object({
    wal: z
      .object({ bytes: z.number(), seconds: z.number(), since: z.enum(["statistics", "checkpoint"]) })
      .optional(),
    database: z.object({ changes: z.number(), seconds: z.number() }),
  }),
);
