import type { Session } from "../../postgres/session";

/** A table that can be replicated. */
export interface DiscoveredTable {
  readonly schema: string;
  readonly name: string;
  /** `schema.table`: how tables are written in selections and decisions. An assumption; only `*` is documented. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly replicaIdentity: "default" | "index" | "full" | "nothing";
  /** Whether rows can be identified in the WAL, by the runbook's rule. */
  readonly hasUsableIdentity: boolean;
}

/**
 * Lists permanent ordinary tables, leaf partitions among them, without system, extension-owned and our own
 * objects. Usable identity is the runbook's: a primary key, a valid unique index over NOT NULL columns that is
 * neither partial nor deferrable, or REPLICA IDENTITY FULL.
 */
const tablesQuery = `
  WITH usable_index AS (
    SELECT i.indrelid,
           bool_or(i.indisprimary OR NOT EXISTS (
             SELECT FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS key(attnum)
             LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
             WHERE a.attnotnull IS NOT TRUE)) AS usable
      FROM pg_catalog.pg_index i
     WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
     GROUP BY i.indrelid
  ), visible_column AS (
    SELECT attrelid, array_agg(attname::text ORDER BY attnum) AS names
      FROM pg_catalog.pg_attribute
     WHERE attnum > 0 AND NOT attisdropped
     GROUP BY attrelid
  )
  SELECT n.nspname AS schema, c.relname AS name, c.relreplident AS identity,
         coalesce(v.names, '{}') AS columns,
         c.relreplident = 'f' OR (c.relreplident <> 'n' AND coalesce(u.usable, false)) AS usable
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN usable_index u ON u.indrelid = c.oid
    LEFT JOIN visible_column v ON v.attrelid = c.oid
   WHERE c.relkind = 'r' AND c.relpersistence = 'p'
     AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'pgstream')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY n.nspname, c.relname`;

interface TableRow {
  schema: string;
  name: string;
  identity: "d" | "i" | "f" | "n";
  columns: string[];
  usable: boolean;
}

const identities = { d: "default", i: "index", f: "full", n: "nothing" } as const;

/** Reads the tables to replicate, in one query. */
export async function discoverTables(session: Session): Promise<DiscoveredTable[]> {
  const rows = await session.query<TableRow>(tablesQuery);
  return rows.map((row) => ({
    schema: row.schema,
    name: row.name,
    path: tablePath(row.schema, row.name),
    columns: row.columns,
    replicaIdentity: identities[row.identity],
    hasUsableIdentity: row.usable,
  }));
}

/** Writes a table as selections and decisions do. */
export function tablePath(schema: string, table: string): string {
  return `${schema}.${table}`;
}

/** The discovery operation's `result`. */
export function describeTables(tables: readonly DiscoveredTable[]): Record<string, unknown> {
  const schemas = new Map<string, Record<string, unknown>[]>();
  for (const table of tables) {
    const members = schemas.get(table.schema) ?? [];
    schemas.set(table.schema, members);
    members.push({
      path: table.path,
      columns: table.columns,
      replica_identity: table.replicaIdentity,
      usable_replica_identity: table.hasUsableIdentity,
    });
  }
  return {
    table_count: tables.length,
    schemas: [...schemas].map(([name, members]) => ({ name, tables: members })),
  };
}
