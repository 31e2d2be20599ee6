/**
 * Tables whose UPDATE and DELETE would not be replicated: ordinary tables and leaf partitions, permanent, neither
 * the system's, nor pgstream's, nor an extension's.
 */
export interface TableFacts {
  /** How many tables were looked at. */
  readonly judged: number;
  /** How many have no usable replica identity, by reason; tables decided to be excluded are not counted. */
  readonly counts: { readonly [reason in IdentityProblem]: number };
  /** The first {@link LISTED_TABLES} of each reason, by schema and name. */
  readonly offenders: readonly TableWithoutIdentity[];
}

/** How many tables of each reason are listed; the rest is counted. */
export const LISTED_TABLES = 50;

/**
 * Why wal2json cannot name the row that an UPDATE or DELETE changed.
 * - `no-primary-key`: REPLICA IDENTITY DEFAULT and no primary key, whatever unique indexes there are
 * - `deferrable-primary-key`: REPLICA IDENTITY DEFAULT and a primary key that is checked only at commit
 * - `identity-nothing`: REPLICA IDENTITY NOTHING
 * - `identity-index-missing`: REPLICA IDENTITY USING INDEX, and the index has been dropped
 * - `identity-index-unusable`: the same, and the index is invalid
 */
export const IDENTITY_PROBLEMS = [
  "no-primary-key",
  "deferrable-primary-key",
  "identity-nothing",
  "identity-index-missing",
  "identity-index-unusable",
] as const;
export type IdentityProblem = (typeof IDENTITY_PROBLEMS)[number];

/** One table without a usable replica identity. */
export interface TableWithoutIdentity {
  readonly schema: string;
  readonly table: string;
  readonly problem: IdentityProblem;
  /** It has a primary key that would do, were REPLICA IDENTITY DEFAULT. */
  readonly primaryKey: boolean;
  /** A unique index that would do: valid, immediate, not partial, on NOT NULL columns only. */
  readonly candidateIndex?: string;
  /** The partitioned table that this leaf belongs to at the top. */
  readonly partitionOf?: { readonly schema: string; readonly table: string };
}
