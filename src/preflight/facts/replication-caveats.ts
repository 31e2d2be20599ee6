import { z } from "zod";
import { effectiveRoles } from "../../access/effective-roles";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import type { TableName } from "./table-key";
import { excludedTables, IN_SCOPE, NOT_OF_AN_EXTENSION, REQUESTED, tableScope } from "./table-scope";
import { LISTED_TABLES } from "./tables";

/**
 * Objects in the requested schemas that are not replicated, or not as expected. Excluded tables and those of extensions
 * are left out.
 */
export interface ReplicationCaveats {
  readonly rowSecurity: {
    /** Whether the role has the attribute BYPASSRLS. */
    readonly bypassed: boolean;
    /** Tables whose row security applies to the role, if it neither is a superuser nor has BYPASSRLS. */
    readonly tables: Listed<TableName>;
  };
  /** Partitioned tables whose new partitions will not have the replica identity of the existing ones. */
  readonly partitioned: Listed<PartitionedTable>;
  /** Unlogged tables; those that others refer to come first, because SET LOGGED needs this order. */
  readonly unlogged: Listed<TableName>;
  readonly foreignTables: Listed<TableName>;
  readonly materializedViews: Listed<TableName>;
  /** Large objects of the database, counted up to {@link COUNTED_LARGE_OBJECTS}. */
  readonly largeObjects: number;
}

/** The number of objects, and the first {@link LISTED_TABLES} of them by schema and name. */
export interface Listed<T> {
  readonly count: number;
  readonly first: readonly T[];
}

/** A partitioned table without a primary key that new partitions could inherit. */
export interface PartitionedTable extends TableName {
  /** Its own REPLICA IDENTITY, which they do not inherit. */
  readonly identity: "default" | "full" | "index" | "nothing";
  /** Whether it has partitions already. */
  readonly hasPartitions: boolean;
}

/** Large objects are counted only up to this number, because there may be millions. */
export const COUNTED_LARGE_OBJECTS = 1000;

/**
 * Reads these objects, in one query. Every user can read this.
 *
 * @param role - the role that Ardent logs in as; it does not have to exist
 * @param schemas - names of the schemas to replicate; undefined for every schema except system schemas.
 *   Partitions and inheritance children of their tables count in any schema
 * @param excluded - keys of the tables that will not be replicated, see `tablesNamedBy`
 */
export async function readReplicationCaveats(
  session: Session,
  role: string,
  schemas: readonly string[] | undefined,
  excluded: readonly string[],
): Promise<ReplicationCaveats> {
  const [row] = await session.query<ReplicationCaveats>(specialTablesQuery(session.serverVersionNum), [
    role,
    schemas,
    excludedTables(excluded),
  ]);
  if (row === undefined) throw new Error("the special tables query returned no row");
  return row;
}

// Unlogged tables are ranked by the foreign keys among them: SET LOGGED fails while a table refers to an unlogged one.
// If they refer to each other in a circle, ranking stops at twenty.
function specialTablesQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRoles(serverVersionNum)}, ${tableScope({ schemas: "$2", excluded: "$3" })}, special AS MATERIALIZED (
  SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind,
         c.relkind = 'r' AND c.relpersistence = 'u' AS unlogged,
         c.relrowsecurity AND (c.relforcerowsecurity OR c.relowner NOT IN (SELECT oid FROM effective))
           AS row_security
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE (c.relkind IN ('p', 'f', 'm') OR c.relkind = 'r' AND (c.relpersistence = 'u' OR c.relrowsecurity))
    AND c.relpersistence <> 't'
    AND ${IN_SCOPE}
    AND ${NOT_OF_AN_EXTENSION}
), referring (oid, depth) AS (
  SELECT oid, 0 FROM special WHERE unlogged
  UNION
  SELECT special.oid, referring.depth + 1
  FROM referring
  JOIN pg_catalog.pg_constraint f ON f.confrelid = referring.oid AND f.contype = 'f' AND f.conrelid <> f.confrelid
  JOIN special ON special.oid = f.conrelid AND special.unlogged
  WHERE referring.depth < 20
), unlogged AS (
  SELECT special.schema, special.name, max(referring.depth) AS depth
  FROM special JOIN referring USING (oid)
  GROUP BY special.oid, special.schema, special.name
), partitioned AS (
  -- Excluded or not: that a table is excluded does not include its future partitions.
  SELECT n.nspname::text AS schema, c.relname::text AS name,
         CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' WHEN 'n' THEN 'nothing'
           ELSE 'default' END AS identity,
         child.inhparent IS NOT NULL AS has_partitions
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT DISTINCT inhparent FROM pg_catalog.pg_inherits) AS child ON child.inhparent = c.oid
  WHERE c.relkind = 'p' AND c.relpersistence <> 't'
    AND ${REQUESTED}
    AND ${NOT_OF_AN_EXTENSION}
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_index i
      WHERE i.indrelid = c.oid AND i.indisprimary AND i.indimmediate)
    AND (c.relreplident IN ('f', 'i') OR child.inhparent IS NULL OR EXISTS (
      SELECT FROM pg_catalog.pg_inherits h
      JOIN pg_catalog.pg_class leaf ON leaf.oid = h.inhrelid
      WHERE h.inhparent = c.oid AND leaf.relkind = 'r'
        AND (leaf.relreplident IN ('f', 'i') OR leaf.oid IN (SELECT oid FROM left_out))))
)
SELECT json_build_object(
         'bypassed', coalesce((
           SELECT r.rolbypassrls FROM pg_catalog.pg_roles r JOIN self USING (oid)), false),
         'tables', (SELECT ${listed()} FROM special WHERE row_security)) AS "rowSecurity",
       (SELECT ${listed("'identity', identity, 'hasPartitions', has_partitions")} FROM partitioned) AS "partitioned",
       (SELECT ${listed(undefined, "depth, ")} FROM unlogged) AS "unlogged",
       (SELECT ${listed()} FROM special WHERE relkind = 'f') AS "foreignTables",
       (SELECT ${listed()} FROM special WHERE relkind = 'm') AS "materializedViews",
       (SELECT count(*)::int FROM (
          SELECT FROM pg_catalog.pg_largeobject_metadata LIMIT ${COUNTED_LARGE_OBJECTS}) AS counted) AS "largeObjects"`;
}

/**
 * Counts rows of `schema` and `name` and lists the first, in an order that does not depend on the database's collation.
 *
 * @param more - further columns, as arguments of json_build_object
 * @param rank - what comes before the name in the order, with a comma
 * @param tie - what comes after it, with a comma
 */
export function listed(more?: string, rank = "", tie = ""): string {
  const columns = `'schema', schema, 'table', name${more === undefined ? "" : `, ${more}`}`;
  return `json_build_object('count', count(*), 'first', coalesce(to_json(
         (array_agg(json_build_object(${columns}) ORDER BY ${rank}schema COLLATE "C", name COLLATE "C"${tie}))
         [1:${LISTED_TABLES}]), '[]'))`;
}

const tableName = { schema: z.string(), table: z.string() };

/** A count of tables, with the first of them listed, each with its name and further fields. */
export function listedSchema<Shape extends z.ZodRawShape>(more: Shape) {
  return z.object({ count: z.number(), first: z.array(z.object({ ...tableName, ...more })) });
}

const listedTables = listedSchema({});

/** What {@link readReplicationCaveats} reads. */
export const replicationCaveatsSchema = schemaOf<ReplicationCaveats>()(
  z.object({
    rowSecurity: z.object({ bypassed: z.boolean(), tables: listedTables }),
    partitioned: z.object({
      count: z.number(),
      first: z.array(
        z.object({
          ...tableName,
          identity: z.enum(["default", "full", "index", "nothing"]),
          hasPartitions: z.boolean(),
        }),
      ),
    }),
    unlogged: listedTables,
    foreignTables: listedTables,
    materializedViews: listedTables,
    largeObjects: z.number(),
  }),
);
