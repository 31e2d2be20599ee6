import type { Session } from "../postgres/session";
import { askedSchemas, CHILDREN, COUNTED_OBJECT, DEFAULT_READ } from "./catalog-parts";
import { effectiveRights } from "./effective-roles";
import { EXAMPLES, LISTED } from "./examples";
import type { SchemaPlan } from "./plan";
import type { AccessState } from "./state";

/**
 * Reads what a role can access and read in the session's database, as if it were not a superuser.
 *
 * Postgres' has_…_privilege functions are always true for a superuser, so the ACLs are read instead: the default ACL
 * if there is none, PUBLIC, inherited memberships, and pg_read_all_data. Every user can read this part of the catalog.
 *
 * Objects that belong to an extension are left out: their script grants what they need.
 *
 * @param role - it does not have to exist; then only PUBLIC counts
 * @param schemas - the requested schemas and owners; undefined for every schema that is neither the system's, nor
 *   an extension's, nor `pgstream`
 */
export async function readAccessState(
  session: Session,
  role: string,
  schemas: readonly SchemaPlan[] | undefined,
): Promise<AccessState> {
  const [row] = await session.query<{ access: AccessState & { role: AccessState["role"] | null } }>(
    accessQuery(session.serverVersionNum),
    [
      role,
      schemas?.map(({ name }) => name),
      JSON.stringify(schemas?.flatMap(({ name, owners }) => owners.map((owner) => ({ name, owner }))) ?? []),
    ],
  );
  if (row === undefined) throw new Error("the access query returned no row");
  return { ...row.access, role: row.access.role ?? undefined };
}

/** One row with all of it. $1 role, $2 schema names or NULL, $3 [{name, owner}] asked for. */
function accessQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRights(serverVersionNum)}, ${askedSchemas("$2")}, ${RELATED}, object AS MATERIALIZED (
  ${objects("JOIN asked ON asked.oid = c.relnamespace")}
), object_summary AS (
  ${summaries("object", EXAMPLES)}
), related_object AS (
  ${objects("JOIN related ON related.oid = c.oid")}
), related_summary AS (
  ${summaries("related_object", LISTED)}
), related_state AS (
  SELECT n.nspname::text AS name, json_build_object(
    'name', n.nspname,
    'usage', reads_all OR EXISTS (
      SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
      WHERE a.privilege_type = 'USAGE' AND a.grantee = ANY (grantees)),
    'tables', coalesce(tables.summary, ${NO_OBJECTS}),
    'sequences', coalesce(sequences.summary, ${NO_OBJECTS})) AS state
  FROM (SELECT DISTINCT relnamespace FROM related_object) AS holding
  JOIN pg_catalog.pg_namespace n ON n.oid = holding.relnamespace
  CROSS JOIN rights
  LEFT JOIN related_summary tables ON tables.relnamespace = n.oid AND NOT tables.sequence
  LEFT JOIN related_summary sequences ON sequences.relnamespace = n.oid AND sequences.sequence
), owner AS (
  SELECT relnamespace, name, max(oid) AS oid, sum(tables) AS tables, sum(sequences) AS sequences
  FROM (
    SELECT relnamespace, pg_get_userbyid(relowner)::text AS name, relowner AS oid,
           count(*) FILTER (WHERE NOT sequence) AS tables, count(*) FILTER (WHERE sequence) AS sequences
    FROM object GROUP BY relnamespace, relowner
    UNION ALL
    SELECT asked.oid, want.owner, r.oid, 0, 0
    FROM json_to_recordset($3::json) AS want(name text, owner text)
    JOIN asked USING (name)
    LEFT JOIN pg_catalog.pg_roles r ON r.rolname::text = want.owner
  ) owners GROUP BY relnamespace, name
), ${DEFAULT_READ}, schema_owners AS (
  SELECT owner.relnamespace, json_agg(json_build_object(
    'name', owner.name,
    'exists', owner.oid IS NOT NULL,
    'tables', owner.tables,
    'sequences', owner.sequences,
    'defaultTables', owner.oid IS NOT NULL AND (reads_all OR coalesce(t.readable, false)),
    'defaultSequences', owner.oid IS NOT NULL AND (reads_all OR coalesce(s.readable, false))
  ) ORDER BY owner.name COLLATE "C") AS owners
  FROM owner
  CROSS JOIN rights
  LEFT JOIN default_read t ON t.relnamespace = owner.relnamespace AND t.oid = owner.oid AND t.objtype = 'r'
  LEFT JOIN default_read s ON s.relnamespace = owner.relnamespace AND s.oid = owner.oid AND s.objtype = 'S'
  GROUP BY owner.relnamespace
), schema_state AS (
  SELECT wanted.name, json_build_object(
    'name', wanted.name,
    'exists', asked.oid IS NOT NULL,
    'usage', asked.oid IS NOT NULL AND (reads_all OR EXISTS (
      SELECT FROM aclexplode(asked.acl) a WHERE a.privilege_type = 'USAGE' AND a.grantee = ANY (grantees))),
    'tables', coalesce(tables.summary, ${NO_OBJECTS}),
    'sequences', coalesce(sequences.summary, ${NO_OBJECTS}),
    'owners', coalesce(schema_owners.owners, '[]')) AS state
  FROM (SELECT name FROM asked UNION SELECT unnest($2::text[])) wanted
  CROSS JOIN rights
  LEFT JOIN asked USING (name)
  LEFT JOIN object_summary tables ON tables.relnamespace = asked.oid AND NOT tables.sequence
  LEFT JOIN object_summary sequences ON sequences.relnamespace = asked.oid AND sequences.sequence
  LEFT JOIN schema_owners ON schema_owners.relnamespace = asked.oid
)
SELECT json_build_object(
  'role', (SELECT json_build_object('name', rolname, 'login', rolcanlogin, 'replication', rolreplication,
                                    'superuser', rolsuper) FROM self),
  'database', (
    SELECT json_build_object(
      'name', current_database(),
      'connect', coalesce(bool_or(a.privilege_type = 'CONNECT'), false),
      'create', coalesce(bool_or(a.privilege_type = 'CREATE'), false))
    FROM this_database CROSS JOIN rights
    LEFT JOIN LATERAL aclexplode(this_database.acl) a ON a.grantee = ANY (grantees)),
  'schemas', coalesce((SELECT json_agg(state ORDER BY name COLLATE "C") FROM schema_state), '[]'),
  'related', coalesce((SELECT json_agg(state ORDER BY name COLLATE "C") FROM related_state), '[]')
) AS access`;
}

const NO_OBJECTS = `'{"count": 0, "unreadable": 0, "examples": []}'::json`;

/** Objects in other schemas that belong to tables of the requested ones: child tables, and the sequences of columns. */
const RELATED = `${CHILDREN}, related AS (
  SELECT c.oid
  FROM pg_catalog.pg_class c
  WHERE c.oid IN (SELECT oid FROM children) AND c.relnamespace NOT IN (SELECT oid FROM asked)
  UNION
  -- The sequence of a child's own column: an owned sequence is in the schema of its table.
  SELECT c.oid
  FROM children
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = children.oid
    AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
  WHERE c.relnamespace NOT IN (SELECT oid FROM asked)
  UNION
  -- The sequence that a column's default takes its values from.
  SELECT c.oid
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
    AND d.classid = 'pg_catalog.pg_attrdef'::regclass
  JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
  JOIN pg_catalog.pg_class t ON t.oid = a.adrelid
  WHERE c.relkind = 'S' AND c.relnamespace NOT IN (SELECT oid FROM asked)
    AND (t.relnamespace IN (SELECT oid FROM asked) OR t.oid IN (SELECT oid FROM children))
)`;

/** Tables and sequences `c`, each with whether the role can read it. */
function objects(join: string): string {
  return `SELECT c.relnamespace, c.relname::text AS name, c.relowner, c.relkind = 'S' AS sequence,
         c.relkind = 'p' AS partitioned,
         reads_all OR EXISTS (
           SELECT FROM aclexplode(coalesce(c.relacl,
             acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
           WHERE a.privilege_type = 'SELECT' AND a.grantee = ANY (grantees)) AS readable
  FROM pg_catalog.pg_class c
  ${join}
  CROSS JOIN rights
  WHERE ${COUNTED_OBJECT}`;
}

/** The number of objects by schema and type, and the first unreadable ones. */
function summaries(from: string, examples: number): string {
  return `SELECT relnamespace, sequence, json_strip_nulls(json_build_object(
    'count', count(*),
    'unreadable', count(*) FILTER (WHERE NOT readable),
    'onlyPartitioned', nullif(bool_and(partitioned) FILTER (WHERE NOT readable), false),
    'examples', coalesce(to_json((array_agg(name ORDER BY name COLLATE "C") FILTER (WHERE NOT readable))
                                 [1:${examples}]), '[]'))) AS summary
  FROM ${from} GROUP BY relnamespace, sequence`;
}
