/**
 * Which tables are to be replicated, as common table expressions of a WITH RECURSIVE query: `schemas` (every schema
 * that is neither the system's, nor pgstream's, nor an extension's), `asked` (those of them that are asked for),
 * `partitions` (of partitioned tables in these, wherever the partitions live) and `excluded` (what was decided to be
 * left out; a partitioned table stands for its partitions).
 *
 * @param parameters - the parameters that hold the names of the schemas (NULL for every one) and the tables to
 *   leave out, as `schema.table`
 */
export function tableScope(parameters: { readonly schemas: string; readonly excluded: string }): string {
  return `schemas AS (
  SELECT oid, nspname::text AS name
  FROM pg_catalog.pg_namespace n
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgstream')
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid
        AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e')
), asked AS (
  SELECT oid
  FROM schemas
  WHERE ${parameters.schemas}::text[] IS NULL OR name = ANY (${parameters.schemas}::text[])
), partitions (oid) AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  WHERE c.relkind = 'p' AND c.relnamespace IN (SELECT oid FROM asked)
  UNION
  SELECT i.inhrelid
  FROM partitions p
  JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
), excluded (oid) AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN unnest(${parameters.excluded}::text[]) AS left_out (name) ON left_out.name = n.nspname || '.' || c.relname
  WHERE c.relkind IN ('r', 'p', 'f', 'm')
  UNION
  SELECT i.inhrelid
  FROM excluded e
  JOIN pg_catalog.pg_inherits i ON i.inhparent = e.oid
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition
)`;
}

/** Whether a relation `c` of pg_class is in the scope that {@link tableScope} defines. */
export const IN_SCOPE = `(c.relnamespace IN (SELECT oid FROM asked) OR c.oid IN (SELECT oid FROM partitions))
    AND c.oid NOT IN (SELECT oid FROM excluded)`;

/** Whether a relation `c` of pg_class belongs to no extension. */
export const NOT_OF_AN_EXTENSION = `NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e')`;
