import { CHILDREN, ofExtension, USERS_SCHEMA } from "../../access/catalog-parts";
import { tablesNamedBy } from "./table-key";

/**
 * The tables to replicate, as common table expressions of a WITH RECURSIVE query: `schemas` (every schema that is
 * neither the system's, nor pgstream's, nor an extension's), `asked` (the requested ones), `children` (partitions and
 * inheritance children of tables in these, in any schema) and `excluded` (the excluded tables, with the partitions of
 * partitioned ones).
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
), ${CHILDREN}, excluded (oid) AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN json_to_recordset(${parameters.excluded}::json) AS left_out (schema text, "table" text)
    ON left_out.schema = n.nspname AND left_out."table" = c.relname
  WHERE c.relkind IN ('r', 'p', 'f', 'm')
  UNION
  SELECT i.inhrelid
  FROM excluded e
  JOIN pg_catalog.pg_inherits i ON i.inhparent = e.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition
)`;
}

/** Writes the tables to leave out as the parameter of {@link tableScope}. */
export function excludedTables(keys: readonly string[]): string {
  return JSON.stringify(keys.flatMap(tablesNamedBy));
}

/** Whether a relation `c` of pg_class is in the scope that {@link tableScope} defines. */
export const IN_SCOPE = `(c.relnamespace IN (SELECT oid FROM asked) OR c.oid IN (SELECT oid FROM children))
    AND c.oid NOT IN (SELECT oid FROM excluded)`;

/** Whether a relation `c` of pg_class belongs to no extension. */
export const NOT_OF_AN_EXTENSION = `NOT ${ofExtension("pg_class", "c.oid")}`;
