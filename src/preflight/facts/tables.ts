import { z } from "zod";
import { LISTED } from "../../access/examples";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import type { TableName } from "./table-key";
import { tablesNamedBy } from "./table-key";
import { excludedTables, IN_SCOPE, NOT_OF_AN_EXTENSION, tableScope } from "./table-scope";

/**
 * Tables whose UPDATE and DELETE would not be replicated: permanent ordinary tables and leaf partitions, except those of
 * the system, of pgstream and of extensions. Also the tables that each decision's key names.
 */
export interface TableFacts {
  /** Every schema of the database that is neither the system's, nor pgstream's, nor an extension's, by name. */
  readonly schemas: readonly string[];
  /** How many tables were checked. */
  readonly judged: number;
  /** How many have no usable replica identity, by reason; excluded tables are not counted. */
  readonly counts: { readonly [reason in IdentityProblem]: number };
  /** The first {@link LISTED_TABLES} of each reason, by schema and name. */
  readonly tablesWithoutIdentity: readonly TableWithoutIdentity[];
  /** Each decision asked for, in that order. */
  readonly decisions: readonly DecisionKey[];
}

/** The key of a decision, and the tables of the database that it can mean. */
export interface DecisionKey {
  readonly key: string;
  /** None if no table has that name; several if names contain dots. By schema and name. */
  readonly tables: readonly DecidedTable[];
}

/** A table that a decision names. */
export interface DecidedTable extends TableName {
  /** Set for a partitioned table, which is not replicated itself: its partitions are. */
  readonly partitioned?: true;
}

/** How many tables of each reason are listed; the rest is counted. */
export const LISTED_TABLES = LISTED;

/**
 * Why wal2json cannot identify the row that an UPDATE or DELETE changed.
 * - `no-primary-key`: REPLICA IDENTITY DEFAULT and no primary key, even if there are unique indexes
 * - `deferrable-primary-key`: REPLICA IDENTITY DEFAULT and a primary key that is checked only at commit
 * - `identity-nothing`: REPLICA IDENTITY NOTHING
 * - `identity-index-missing`: REPLICA IDENTITY USING INDEX, and the index has been dropped
 * - `identity-index-unusable`: the same, and the index is invalid
 * - `identity-index-nullable`: the same, and NOT NULL of one of its columns was never validated (18+)
 * - `no-columns`: REPLICA IDENTITY FULL, and the table stores no column
 */
export const IDENTITY_PROBLEMS = [
  "no-primary-key",
  "deferrable-primary-key",
  "identity-nothing",
  "identity-index-missing",
  "identity-index-unusable",
  "identity-index-nullable",
  "no-columns",
] as const;
export type IdentityProblem = (typeof IDENTITY_PROBLEMS)[number];

/** How many tables have no usable replica identity, for any reason. */
export function countWithoutIdentity({ counts }: Pick<TableFacts, "counts">): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** One table without a usable replica identity. */
export interface TableWithoutIdentity {
  readonly schema: string;
  readonly table: string;
  readonly problem: IdentityProblem;
  /** Set if it has a primary key that REPLICA IDENTITY DEFAULT could use. */
  readonly primaryKey: boolean;
  /** A usable unique index: valid, immediate, not partial, on NOT NULL columns only. */
  readonly candidateIndex?: string;
  /** NOT NULL constraints to validate, so that its identity index becomes usable. */
  readonly unvalidated?: readonly string[];
  /** The partitioned table that this leaf belongs to at the top. */
  readonly partitionOf?: TableName;
  /** The table that it inherits from, if it is not a partition and is in a schema that was not requested. */
  readonly inherits?: TableName;
}

/**
 * Reads which tables have no usable replica identity, in one query. Every user can read this.
 *
 * @param schemas - names of the schemas to replicate; undefined for every schema except system schemas. Leaf
 *   partitions and inheritance children of their tables count in any schema
 * @param excluded - keys of the tables that will not be replicated, see {@link tablesNamedBy}
 * @param decided - keys of every table with a decision
 */
export async function readTableFacts(
  session: Session,
  schemas: readonly string[] | undefined,
  excluded: readonly string[],
  decided: readonly string[] = excluded,
): Promise<TableFacts> {
  const [row] = await session.query<{
    schemas: string[];
    judged: number;
    counts: Partial<TableFacts["counts"]> | null;
    tablesWithoutIdentity: TableWithoutIdentityRow[] | null;
    decisions: DecisionKey[] | null;
  }>(TABLES_QUERY, [
    schemas,
    excludedTables(excluded),
    LISTED_TABLES,
    JSON.stringify(decided.flatMap((key) => tablesNamedBy(key).map((table) => ({ key, ...table })))),
  ]);
  if (row === undefined) throw new Error("the tables query returned no row");
  const counts = Object.fromEntries(
    IDENTITY_PROBLEMS.map((problem) => [problem, row.counts?.[problem] ?? 0]),
  );
  return {
    schemas: row.schemas,
    judged: row.judged,
    counts: counts as TableFacts["counts"],
    tablesWithoutIdentity: (row.tablesWithoutIdentity ?? []).map(
      ({ candidateIndex, unvalidated, root, parent, ...table }) => ({
        ...table,
        ...(candidateIndex === null ? {} : { candidateIndex }),
        ...(unvalidated === null ? {} : { unvalidated }),
        ...(root === null ? {} : { partitionOf: root }),
        ...(parent === null ? {} : { inherits: parent }),
      }),
    ),
    decisions: decided.map((key) => ({
      key,
      tables: row.decisions?.find((decision) => decision.key === key)?.tables ?? [],
    })),
  };
}

type TableWithoutIdentityRow = Omit<
  TableWithoutIdentity,
  "candidateIndex" | "unvalidated" | "partitionOf" | "inherits"
> & {
  readonly candidateIndex: string | null;
  readonly unvalidated: readonly string[] | null;
  readonly root: TableName | null;
  readonly parent: TableName | null;
};

// From Postgres 18 on a NOT NULL constraint can be not validated, although attnotnull is set. ALTER TABLE … REPLICA
// IDENTITY USING INDEX accepts such a column, although rows with NULL in it have no identity.
const UNVALIDATED = (index: string) => `
              SELECT c.conname
              FROM unnest(${index}.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
              JOIN pg_catalog.pg_constraint c ON c.conrelid = ${index}.indrelid AND c.contype = 'n'
                AND NOT c.convalidated AND c.conkey = ARRAY[k.attnum]
              WHERE k.n <= ${index}.indnkeyatts`;

// An index is usable by Postgres' own rule for ALTER TABLE … REPLICA IDENTITY USING INDEX.
const TABLES_QUERY = `
WITH RECURSIVE ${tableScope({ schemas: "$1", excluded: "$2" })}, judged AS (
  SELECT c.oid,
         c.relnamespace,
         c.relname,
         c.relispartition,
         c.relreplident,
         coalesce(bool_or(i.indisprimary AND i.indisvalid AND i.indimmediate), false) AS primary_key,
         coalesce(bool_or(i.indisprimary AND NOT i.indimmediate), false) AS deferrable_key,
         coalesce(bool_or(i.indisreplident), false) AS identity_index,
         coalesce(bool_or(i.indisreplident AND i.indisvalid AND i.indisunique AND i.indimmediate
                          AND i.indpred IS NULL), false) AS usable_identity_index,
         coalesce(bool_or(CASE WHEN i.indisreplident THEN EXISTS (${UNVALIDATED("i")}) END), false)
           AS nullable_identity_index
  FROM pg_catalog.pg_class c
  LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
  WHERE c.relkind = 'r' AND c.relpersistence = 'p'
    AND ${IN_SCOPE}
    AND ${NOT_OF_AN_EXTENSION}
  GROUP BY c.oid, c.relnamespace, c.relname, c.relispartition, c.relreplident
), with_problem AS (
  SELECT j.*,
         CASE j.relreplident
           WHEN 'd' THEN CASE WHEN j.primary_key THEN NULL
                              WHEN j.deferrable_key THEN 'deferrable-primary-key'
                              ELSE 'no-primary-key' END
           WHEN 'i' THEN CASE WHEN j.usable_identity_index AND j.nullable_identity_index THEN 'identity-index-nullable'
                              WHEN j.usable_identity_index THEN NULL
                              WHEN j.identity_index THEN 'identity-index-unusable'
                              ELSE 'identity-index-missing' END
           WHEN 'n' THEN 'identity-nothing'
           WHEN 'f' THEN CASE WHEN NOT EXISTS (
             -- 'v': a virtual generated column (18+), which is not in the row.
             SELECT FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = j.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v')
             THEN 'no-columns' END
         END AS problem
  FROM judged j
), tablesWithoutIdentity AS (
  SELECT w.*, n.nspname,
         row_number() OVER (PARTITION BY w.problem ORDER BY n.nspname, w.relname) AS position
  FROM with_problem w
  JOIN pg_catalog.pg_namespace n ON n.oid = w.relnamespace
  WHERE w.problem IS NOT NULL
)
SELECT ARRAY(SELECT name FROM schemas ORDER BY name COLLATE "C") AS "schemas",
       (SELECT count(*)::int FROM judged) AS "judged",
       (SELECT json_object_agg(problem, count)
        FROM (SELECT problem, count(*) FROM tablesWithoutIdentity GROUP BY problem) AS by_problem) AS "counts",
       (SELECT json_agg(json_build_object(
          'schema', o.nspname,
          'table', o.relname,
          'problem', o.problem,
          'primaryKey', o.primary_key,
          'candidateIndex', candidate.relname,
          'unvalidated', CASE WHEN o.problem = 'identity-index-nullable' THEN ARRAY(
            SELECT u.conname
            FROM pg_catalog.pg_index i
            CROSS JOIN LATERAL (${UNVALIDATED("i")}) AS u
            WHERE i.indrelid = o.oid AND i.indisreplident
            ORDER BY 1) END,
          'parent', CASE WHEN NOT o.relispartition AND o.relnamespace NOT IN (SELECT oid FROM asked) THEN (
            SELECT json_build_object('schema', pn.nspname, 'table', p.relname)
            FROM pg_catalog.pg_inherits h
            JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
            JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
            WHERE h.inhrelid = o.oid AND (p.relnamespace IN (SELECT oid FROM asked)
                                          OR p.oid IN (SELECT oid FROM children))
            ORDER BY h.inhseqno
            LIMIT 1) END,
          'root', CASE WHEN o.relispartition THEN (
            SELECT json_build_object('schema', rn.nspname, 'table', r.relname)
            FROM pg_catalog.pg_class r
            JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
            WHERE r.oid = pg_catalog.pg_partition_root(o.oid)) END
        ) ORDER BY o.nspname, o.relname)
        FROM tablesWithoutIdentity o
        LEFT JOIN LATERAL (
          SELECT x.relname
          FROM pg_catalog.pg_index i
          JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
          WHERE i.indrelid = o.oid
            AND i.indisunique AND i.indisvalid AND i.indimmediate AND NOT i.indisprimary AND NOT i.indisexclusion
            AND i.indpred IS NULL AND i.indexprs IS NULL
            AND NOT EXISTS (
              SELECT
              FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE k.n <= i.indnkeyatts
                AND NOT a.attnotnull)
            AND NOT EXISTS (${UNVALIDATED("i")})
          ORDER BY i.indnkeyatts, x.relname
          LIMIT 1
        ) AS candidate ON true
        WHERE o.position <= $3) AS "tablesWithoutIdentity",
       (SELECT json_agg(json_build_object('key', key, 'tables', tables))
        FROM (
          SELECT d.key, json_agg(json_strip_nulls(json_build_object(
                                   'schema', d.schema, 'table', d."table",
                                   'partitioned', CASE WHEN c.relkind = 'p' THEN true END))
                                 ORDER BY d.schema COLLATE "C", d."table" COLLATE "C") AS tables
          FROM json_to_recordset($4::json) AS d (key text, schema text, "table" text)
          JOIN pg_catalog.pg_namespace n ON n.nspname = d.schema
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = d."table"
          WHERE c.relkind IN ('r', 'p', 'f', 'm')
          GROUP BY d.key) AS named) AS "decisions"`;

const tableName = z.object({ schema: z.string(), table: z.string() });

/** What {@link readTableFacts} reads. */
export const tablesSchema = schemaOf<TableFacts>()(
  z.object({
    schemas: z.array(z.string()),
    judged: z.number(),
    counts: z.record(z.enum(IDENTITY_PROBLEMS), z.number()),
    tablesWithoutIdentity: z.array(
      z.object({
        schema: z.string(),
        table: z.string(),
        problem: z.enum(IDENTITY_PROBLEMS),
        primaryKey: z.boolean(),
        candidateIndex: z.string().optional(),
        unvalidated: z.array(z.string()).optional(),
        partitionOf: tableName.optional(),
        inherits: tableName.optional(),
      }),
    ),
    decisions: z.array(
      z.object({
        key: z.string(),
        tables: z.array(tableName.extend({ partitioned: z.literal(true).optional() })),
      }),
    ),
  }),
);
