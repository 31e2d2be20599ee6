/** What replication leaves on a source, and what is there before anybody connected it: schema, triggers, slots. */
export interface ReplicationArtefacts {
  readonly database: string;
  /** Whether the schema pgstream exists. */
  readonly schema: boolean;
  /** Event triggers named pgstream_…, by name. */
  readonly eventTriggers: readonly string[];
  /** Permanent wal2json slots of this database, by name; other tools use wal2json too. */
  readonly slots: readonly ReplicationSlot[];
}

/** One permanent wal2json slot. */
export interface ReplicationSlot {
  readonly name: string;
  /** Whether it has the name that pgstream gives its slot in this database. */
  readonly pgstream: boolean;
  /** Whether somebody reads it now. */
  readonly active: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`; undefined where the server does not know. */
  readonly walStatus?: string;
  /** Undefined for a slot that never was used or has lost its WAL. */
  readonly restartLsn?: string;
  /** WAL kept for it, in bytes. */
  readonly retainedBytes?: number;
}
