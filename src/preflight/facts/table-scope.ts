import { CHILDREN, ofExtension, USERS_SCHEMA } from "../../access/catalog-parts";
import { tablesNamedBy } from "./table-key";

/**
 * The tables to replicate, as common table expressions of a WITH RECURSIVE query: `schemas` (every schema that is
 * neither the system's, nor pgstream's, nor an extension's), `asked` (the requested ones), `children` (partitions and
 * inheritance children of tables in these, in any schema), `left_out` (the excluded tables) and `excluded` (these, and
 * the partitioned tables with no other partition). A decision for a partitioned table excludes nothing, because Ardent
 * decides each partition: the WAL contains only their names.
 *
 * @param parameters - the parameters with the names of the schemas (NULL for every one) and the tables to leave out,
 *   as {@link excludedTables} writes them
 */
export function tableScope(parameters: { readonly schemas: string; readonly excluded: string }): string {
  return `schemas AS (
  SELECT oid, nspname::text AS name
  FROM pg_catalog.pg_namespace n
  WHERE ${USERS_SCHEMA}
), asked AS (
  SELECT oid
  FROM schemas
  WHERE ${parameters.schemas}::text[] IS NULL OR name = ANY (${parameters.schemas}::text[])
), ${CHILDREN}, left_out (oid) AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN json_to_recordset(${parameters.excluded}::json) AS named (schema text, "table" text)
    ON named.schema = n.nspname AND named."table" = c.relname
  WHERE c.relkind IN ('r', 'f', 'm')
), excluded (oid) AS (
  SELECT oid FROM left_out
  UNION
  SELECT ancestor
  FROM left_out
  CROSS JOIN pg_catalog.pg_partition_ancestors(left_out.oid) AS ancestor
  WHERE ancestor NOT IN (
    SELECT used
    FROM pg_catalog.pg_class leaf
    CROSS JOIN pg_catalog.pg_partition_ancestors(leaf.oid) AS used
    WHERE leaf.relispartition AND leaf.relkind = 'r' AND leaf.oid NOT IN (SELECT oid FROM left_out))
)`;
}

/** Writes the tables to leave out as the parameter of {@link tableScope}. */
export function excludedTables(keys: readonly string[]): string {
  return JSON.stringify(keys.flatMap(tablesNamedBy));
}

/** Whether a relation `c` of pg_class is requested, excluded or not. */
export const REQUESTED = `(c.relnamespace IN (SELECT oid FROM asked) OR c.oid IN (SELECT oid FROM children))`;

/** Whether a relation `c` of pg_class is in the scope that {@link tableScope} defines. */
export const IN_SCOPE = `${REQUESTED}
    AND c.oid NOT IN (SELECT oid FROM excluded)`;

/** Whether a relation `c` of pg_class belongs to no extension. */
export const NOT_OF_AN_EXTENSION = `NOT ${ofExtension("pg_class", "c.oid")}`;
