import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** How much is written: to the WAL by the whole server, and in rows by this database. Averages, each over its time. */
export interface Writes {
  /** Undefined on a standby, which writes none of its own. */
  readonly wal?: {
    readonly bytes: number;
    /** How long it took to write them. */
    readonly seconds: number;
    /** Since when that is counted: pg_stat_wal was reset (14 and newer), or the last checkpoint began. */
    readonly since: "statistics" | "checkpoint";
  };
  readonly database: {
    /** Rows inserted, updated and deleted in this database, those of its catalog included. */
    readonly changes: number;
    /** How long that has been counted; longer than the database exists where Postgres does not say (15 and newer). */
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

/** Reads how much is written. Everybody may read this. */
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
