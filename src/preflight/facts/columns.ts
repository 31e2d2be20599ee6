import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { DECODED_EXTENSION_TYPES, DECODED_TYPES } from "./decoded-types";
import { type Listed, listed, listedSchema } from "./replication-caveats";
import type { TableName } from "./table-key";
import { excludedTables, IN_SCOPE, NOT_OF_AN_EXTENSION, tableScope } from "./table-scope";

/** Types and large values of the columns of the tables to replicate. */
export interface ColumnFacts {
  /** Columns of types that the engine does not decode. For partitions, those of the partitioned table count. */
  readonly undecoded: Listed<UndecodedColumn>;
  /**
   * Tables with values that are stored out of line (TOAST). An UPDATE that does not change such a value does not write it
   * into the WAL, except with REPLICA IDENTITY FULL.
   */
  readonly toasted: {
    /** Those that are not REPLICA IDENTITY FULL. */
    readonly partial: Listed<TableName>;
    readonly full: Listed<TableName>;
  };
}

/** A column of a type that Ardent's engine cannot decode. */
export interface UndecodedColumn extends TableName {
  readonly column: string;
  /** As Postgres writes it, such as `money` or `public.citext`. */
  readonly type: string;
}

/**
 * Reads the types of columns and where their values are stored, in one query. Every user can read this.
 *
 * @param schemas - names of the schemas to replicate; undefined for every schema except system schemas
 * @param excluded - keys of the tables that will not be replicated, see `tablesNamedBy`
 */
export async function readColumnFacts(
  session: Session,
  schemas: readonly string[] | undefined,
  excluded: readonly string[],
): Promise<ColumnFacts> {
  const [row] = await session.query<ColumnFacts>(COLUMNS_QUERY, [
    schemas,
    excludedTables(excluded),
    DECODED_TYPES,
    DECODED_EXTENSION_TYPES,
  ]);
  if (row === undefined) throw new Error("the columns query returned no row");
  return row;
}

// The types come first: even many columns have few types. VACUUM and the statistics show whether there are values out
// of line, because reading a table's size on the disk needs a lock on each table.
const COLUMNS_QUERY = `
WITH RECURSIVE ${tableScope({ schemas: "$1", excluded: "$2" })}, in_scope AS MATERIALIZED (
  SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind, c.relreplident, c.reltoastrelid,
         c.relispartition AND c.oid IN (SELECT oid FROM children) AS of_parent
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    AND ${IN_SCOPE}
    AND ${NOT_OF_AN_EXTENSION}
), used AS MATERIALIZED (
  SELECT DISTINCT a.atttypid AS oid
  FROM in_scope
  JOIN pg_catalog.pg_attribute a ON a.attrelid = in_scope.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE NOT in_scope.of_parent
), base (used, oid) AS (
  SELECT oid, oid FROM used
  UNION
  SELECT base.used, t.typbasetype
  FROM base
  JOIN pg_catalog.pg_type t ON t.oid = base.oid AND t.typtype = 'd'
), undecoded AS MATERIALIZED (
  SELECT base.used AS oid
  FROM base
  JOIN pg_catalog.pg_type t ON t.oid = base.oid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
  WHERE t.typtype NOT IN ('d', 'e')
    AND t.oid <> ALL ($3::oid[])
    AND t.typname <> ALL ($4::text[])
    AND e.typtype IS DISTINCT FROM 'e'
), undecoded_column AS (
  SELECT in_scope.schema, in_scope.name, a.attname::text AS column, a.attnum,
         format_type(a.atttypid, a.atttypmod) AS type
  FROM in_scope
  JOIN pg_catalog.pg_attribute a ON a.attrelid = in_scope.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN undecoded ON undecoded.oid = a.atttypid
  WHERE NOT in_scope.of_parent
), toasted AS (
  SELECT in_scope.schema, in_scope.name, in_scope.relreplident
  FROM in_scope
  JOIN pg_catalog.pg_class toast ON toast.oid = in_scope.reltoastrelid
  WHERE in_scope.relkind = 'r' AND (toast.relpages > 0 OR pg_stat_get_live_tuples(toast.oid) > 0)
)
SELECT (SELECT ${listed("'column', \"column\", 'type', type", "", ", attnum")} FROM undecoded_column) AS "undecoded",
       json_build_object(
         'partial', (SELECT ${listed()} FROM toasted WHERE relreplident <> 'f'),
         'full', (SELECT ${listed()} FROM toasted WHERE relreplident = 'f')) AS "toasted"`;

/** What {@link readColumnFacts} reads. */
export const columnsSchema = schemaOf<ColumnFacts>()(
  z.object({
    undecoded: listedSchema({ column: z.string(), type: z.string() }),
    toasted: z.object({ partial: listedSchema({}), full: listedSchema({}) }),
  }),
);
