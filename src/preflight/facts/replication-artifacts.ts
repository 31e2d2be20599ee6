import { z } from "zod";
import { MAX_NAME_BYTES } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** The objects of replication on a source: schema, event triggers and slots. */
export interface ReplicationArtifacts {
  readonly database: string;
  /** Whether the schema pgstream exists. */
  readonly schema: boolean;
  /** Event triggers that run a function of the schema pgstream, by name. */
  readonly eventTriggers: readonly string[];
  /** Event triggers of others that are named pgstream_…, but run no function of that schema, by name. */
  readonly otherEventTriggers: readonly OtherEventTrigger[];
  /** Permanent wal2json slots of this database, by name; other tools use wal2json too. */
  readonly slots: readonly ReplicationSlot[];
}

/** An event trigger that only looks like pgstream's. */
export interface OtherEventTrigger {
  readonly name: string;
  /** The function that it runs, with its schema, quoted where necessary. */
  readonly function: string;
}

/** One permanent wal2json slot. */
export interface ReplicationSlot {
  readonly name: string;
  /** Whether it has the name that pgstream gives its slot in this database. */
  readonly pgstream: boolean;
  /** Whether it is being read. */
  readonly active: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`; undefined if the server does not know. */
  readonly walStatus?: string;
  /** Undefined for a slot that was never used or has lost its WAL. */
  readonly restartLsn?: string;
  /** The WAL that it retains, in bytes. */
  readonly retainedBytes?: number;
}

/** Reads the objects of replication in the session's database. Every user can read this. */
export async function readReplicationArtifacts(session: Session): Promise<ReplicationArtifacts> {
  const [row] = await session.query<ArtifactRow>(ARTIFACTS_QUERY);
  if (row === undefined) throw new Error("the artifacts query returned no row");
  const ours = pgstreamSlotName(row.database);
  return {
    ...row,
    slots: row.slots.map(({ name, active, walStatus, restartLsn, retainedBytes }) => ({
      name,
      pgstream: name === ours,
      active,
      ...(walStatus === null ? {} : { walStatus }),
      ...(restartLsn === null ? {} : { restartLsn }),
      ...(retainedBytes === null ? {} : { retainedBytes }),
    })),
  };
}

/**
 * The name that pgstream gives its slot: lower-cased, dots and dashes replaced, and truncated by Postgres. Postgres may
 * reject it, see {@link isSlotName}.
 */
export function pgstreamSlotName(database: string): string {
  // One character is one byte here: a name with any other character is rejected.
  return `pgstream_${database.toLowerCase().replace(/[.-]/g, "_")}_slot`.slice(0, MAX_NAME_BYTES);
}

/**
 * Whether Postgres accepts a name for a slot (it rejects any other with 42602).
 *
 * @see https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS-MANIPULATION
 */
export function isSlotName(name: string): boolean {
  return /^[a-z0-9_]+$/.test(name) && name.length <= MAX_NAME_BYTES;
}

type ArtifactRow = Omit<ReplicationArtifacts, "slots"> & {
  readonly slots: readonly {
    readonly name: string;
    readonly active: boolean;
    readonly walStatus: string | null;
    readonly restartLsn: string | null;
    readonly retainedBytes: number | null;
  }[];
};

const ARTIFACTS_QUERY = `
SELECT current_database()::text AS "database",
       EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'pgstream') AS "schema",
       ARRAY(SELECT t.evtname::text FROM pg_catalog.pg_event_trigger t
             JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid
             JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = 'pgstream' ORDER BY 1) AS "eventTriggers",
       coalesce((
         SELECT json_agg(json_build_object(
           'name', t.evtname, 'function', pg_catalog.format('%I.%I', n.nspname, p.proname)) ORDER BY t.evtname)
         FROM pg_catalog.pg_event_trigger t
         JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid
         JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         WHERE starts_with(t.evtname::text, 'pgstream_') AND n.nspname <> 'pgstream'
       ), '[]') AS "otherEventTriggers",
       coalesce((
         SELECT json_agg(json_build_object(
           'name', slot_name,
           'active', active,
           'walStatus', wal_status,
           'restartLsn', restart_lsn,
           'retainedBytes', pg_catalog.pg_wal_lsn_diff(
             CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                  ELSE pg_catalog.pg_current_wal_lsn() END,
             restart_lsn)
         ) ORDER BY slot_name)
         FROM pg_catalog.pg_replication_slots
         WHERE plugin = 'wal2json' AND database = current_database() AND NOT temporary
       ), '[]') AS "slots"`;

/** What {@link readReplicationArtifacts} reads. */
export const replicationArtifactsSchema = schemaOf<ReplicationArtifacts>()(
  z.object({
    database: z.string(),
    schema: z.boolean(),
    eventTriggers: z.array(z.string()),
    otherEventTriggers: z.array(z.object({ name: z.string(), function: z.string() })),
    slots: z.array(
      z.object({
        name: z.string(),
        pgstream: z.boolean(),
        active: z.boolean(),
        walStatus: z.string().optional(),
        restartLsn: z.string().optional(),
        retainedBytes: z.number().optional(),
      }),
    ),
  }),
);
