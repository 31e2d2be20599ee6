import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";
import { type Listed, listed, listedSchema } from "./replication-caveats";
import type { TableName } from "./table-key";
import { excludedTables, IN_SCOPE, NOT_OF_AN_EXTENSION, tableScope } from "./table-scope";

/**
 * Triggers, rules and policies of the tables to replicate: for their CREATE, Postgres reports no schema to event
 * triggers, and the engine ignores commands without one.
 */
export interface LaterDdl {
  readonly triggers: number;
  readonly rules: number;
  readonly policies: number;
  /** Those that were created after the engine's event triggers, so the copy does not have them. */
  readonly unreplicated: Listed<
    TableName & { readonly kind: "trigger" | "rule" | "policy"; readonly object: string }
  >;
}

/**
 * Reads which triggers, rules and policies there are, in one query. Every user can read this.
 *
 * @param schemas - names of the schemas to replicate; undefined for every schema except system schemas
 * @param excluded - keys of the tables that will not be replicated, see `tablesNamedBy`
 */
export async function readLaterDdl(
  session: Session,
  schemas: readonly string[] | undefined,
  excluded: readonly string[],
): Promise<LaterDdl> {
  const [row] = await session.query<LaterDdl>(LATER_DDL_QUERY, [schemas, excludedTables(excluded)]);
  if (row === undefined) throw new Error("the query for later DDL returned no row");
  return row;
}

// Created later means a newer row and a higher OID: an ALTER also makes a row newer, and OIDs can wrap around.
// A trigger that a partition was given by its parent is the parent's. Newer engines bring a function that finds the schema.
const LATER_DDL_QUERY = `
WITH RECURSIVE ${tableScope({ schemas: "$1", excluded: "$2" })}, object AS MATERIALIZED (
  SELECT 'trigger' AS kind, t.oid, t.tgrelid AS relation, t.tgname::text AS object, age(t.xmin) AS age
  FROM pg_catalog.pg_trigger t
  WHERE NOT t.tgisinternal AND t.tgparentid = 0
  UNION ALL
  SELECT 'rule', r.oid, r.ev_class, r.rulename::text, age(r.xmin)
  FROM pg_catalog.pg_rewrite r
  UNION ALL
  SELECT 'policy', p.oid, p.polrelid, p.polname::text, age(p.xmin)
  FROM pg_catalog.pg_policy p
), in_scope AS MATERIALIZED (
  SELECT object.*, n.nspname::text AS schema, c.relname::text AS name
  FROM object
  JOIN pg_catalog.pg_class c ON c.oid = object.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    AND ${IN_SCOPE}
    AND ${NOT_OF_AN_EXTENSION}
), engine AS (
  SELECT e.oid, age(e.xmin) AS age
  FROM pg_catalog.pg_event_trigger e
  WHERE e.evtname = 'pgstream_emit_ddl_command_end' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'pgstream' AND p.proname = 'get_trigger_schema')
)
SELECT (SELECT count(*)::int FROM in_scope WHERE kind = 'trigger') AS "triggers",
       (SELECT count(*)::int FROM in_scope WHERE kind = 'rule') AS "rules",
       (SELECT count(*)::int FROM in_scope WHERE kind = 'policy') AS "policies",
       (SELECT ${listed("'kind', kind, 'object', object", "", ", kind, object")}
        FROM (SELECT in_scope.* FROM in_scope JOIN engine ON in_scope.oid > engine.oid AND in_scope.age < engine.age)
          AS unreplicated) AS "unreplicated"`;

/** What {@link readLaterDdl} reads. */
export const laterDdlSchema = schemaOf<LaterDdl>()(
  z.object({
    triggers: z.number(),
    rules: z.number(),
    policies: z.number(),
    unreplicated: listedSchema({ kind: z.enum(["trigger", "rule", "policy"]), object: z.string() }),
  }),
);
