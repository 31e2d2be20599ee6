import { z } from "zod";
import type { Session } from "../postgres/session";

/**
 * The state of one privilege that was granted directly to a role, by the grantor that a GRANT of the session's user has:
 *
 * - `missing`: not granted directly; the role may still have it from others, from PUBLIC or as a member
 * - `held`: granted as our GRANT does it
 * - `kept`: more than that: with grant option, or as the object's owner
 */
const state = z.enum(["missing", "held", "kept"]);

const objectGrants = z.object({
  /** How many objects lack SELECT. */
  missing: z.number(),
  /** The objects by name, unquoted and without schema. */
  held: z.array(z.string()),
  kept: z.array(z.string()),
  /** Roles that also granted SELECT on some of them. */
  others: z.array(z.string()),
});

const directGrants = z.object({
  /** The user who reads this and will run the scripts. */
  user: z.string(),
  database: z.array(
    z.object({ privilege: z.enum(["CONNECT", "CREATE"]), state, others: z.array(z.string()) }),
  ),
  schemas: z.array(
    z.object({
      name: z.string(),
      usage: state,
      others: z.array(z.string()),
      table: objectGrants,
      sequence: objectGrants,
      /** SELECT on single columns, which REVOKE on the table revokes too. */
      columns: z.array(
        z.object({
          table: z.string(),
          columns: z.array(z.string()),
          grantable: z.boolean(),
          /** Whether the role has granted it to others: then REVOKE on the table fails. */
          passedOn: z.boolean(),
        }),
      ),
    }),
  ),
  /** SELECT by default privileges, of all owners. */
  defaults: z.array(
    z.object({
      schema: z.string(),
      owner: z.string(),
      objectType: z.enum(["table", "sequence"]),
      grantable: z.boolean(),
    }),
  ),
});

/** The privileges of a plan that a role has directly. */
export type DirectGrants = z.infer<typeof directGrants>;
export type GrantState = z.infer<typeof state>;

/**
 * Reads which of the privileges that a plan grants were granted to a role by name in the session's database, and by
 * whom. It takes one query, which every user can run.
 *
 * @param role - does not have to exist: then all privileges are missing
 * @param schemas - names of schemas; one that does not exist is left out
 * @see https://www.postgresql.org/docs/current/ddl-priv.html and, for the grantor, sql-grant.html
 */
export async function readDirectGrants(
  session: Session,
  role: string,
  schemas: readonly string[],
): Promise<DirectGrants> {
  const [row] = await session.query<{ grants: unknown }>(DIRECT_GRANTS, [role, schemas]);
  return directGrants.parse(row?.grants);
}

/** The names of objects in one state. */
const named = (state: string) =>
  `coalesce(json_agg(name ORDER BY name COLLATE "C") FILTER (WHERE state = '${state}'), '[]')`;

const objectsOf = (kind: string) => `coalesce((
      SELECT json_build_object(
        'missing', count(*) FILTER (WHERE state = 'missing'),
        'held', ${named("held")},
        'kept', ${named("kept")},
        'others', (SELECT to_json(ARRAY(
          SELECT DISTINCT other FROM judged o CROSS JOIN unnest(o.others) other
          WHERE o.kind = '${kind}' AND o.schema = asked.name ORDER BY 1))))
      FROM judged WHERE kind = '${kind}' AND schema = asked.name
    ), '{"missing": 0, "held": [], "kept": [], "others": []}')`;

/** $1 role, $2 schema names. The relations are those that GRANT … ON ALL TABLES and SEQUENCES includes. */
const DIRECT_GRANTS = `
WITH me AS (
  SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user
), self AS (
  SELECT oid FROM pg_catalog.pg_roles WHERE rolname::text = $1
), asked AS (
  SELECT oid, nspname::text AS name, nspowner AS owner, coalesce(nspacl, acldefault('n', nspowner)) AS acl
  FROM pg_catalog.pg_namespace WHERE nspname::text = ANY ($2::text[])
), target AS (
  SELECT 'database' AS kind, NULL AS schema, NULL AS name, privilege, datdba AS owner,
         coalesce(datacl, acldefault('d', datdba)) AS acl, NULL::oid AS relation
  FROM pg_catalog.pg_database CROSS JOIN unnest('{CONNECT,CREATE}'::text[]) privilege
  WHERE datname = current_database()
  UNION ALL
  SELECT 'schema', name, NULL, 'USAGE', owner, acl, NULL FROM asked
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, asked.name, c.relname::text, 'SELECT', c.relowner,
         coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)), c.oid
  FROM pg_catalog.pg_class c JOIN asked ON asked.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), granting AS (
  -- A superuser and a member of the owner grant as the owner; others as the role that gave them the grant option.
  SELECT target.*, CASE WHEN pg_has_role(me.oid, owner, 'USAGE') THEN owner ELSE coalesce((
    SELECT a.grantee FROM aclexplode(acl) a
    WHERE a.privilege_type = privilege AND a.is_grantable AND a.grantee <> 0
      AND pg_has_role(me.oid, a.grantee, 'USAGE')
    ORDER BY a.grantee = me.oid DESC LIMIT 1), me.oid) END AS grantor
  FROM target CROSS JOIN me
), judged AS MATERIALIZED (
  SELECT granting.*, self.oid AS self, own.others,
         CASE WHEN own.any_held IS NOT TRUE THEN 'missing'
              WHEN own.grantable OR granting.owner = self.oid THEN 'kept' ELSE 'held' END AS state
  FROM granting LEFT JOIN self ON true
  CROSS JOIN LATERAL (
    SELECT bool_or(a.grantor = granting.grantor) AS any_held,
           bool_or(a.grantor = granting.grantor AND a.is_grantable) AS grantable,
           coalesce(array_agg(pg_get_userbyid(a.grantor)::text) FILTER (WHERE a.grantor <> granting.grantor), '{}')
             AS others
    FROM aclexplode(acl) a WHERE a.grantee = self.oid AND a.privilege_type = privilege) own
), column_grant AS (
  SELECT judged.schema, judged.name, x.is_grantable,
         json_agg(att.attname ORDER BY att.attnum) AS columns,
         EXISTS (
           SELECT FROM pg_catalog.pg_attribute p CROSS JOIN LATERAL aclexplode(p.attacl) given
           WHERE p.attrelid = judged.relation AND given.grantor = judged.self
             AND given.privilege_type = 'SELECT') AS passed_on
  FROM judged
  JOIN pg_catalog.pg_attribute att ON att.attrelid = judged.relation AND NOT att.attisdropped
  CROSS JOIN LATERAL aclexplode(att.attacl) x
  WHERE judged.kind = 'table' AND x.grantee = judged.self AND x.grantor = judged.grantor
    AND x.privilege_type = 'SELECT'
  GROUP BY judged.schema, judged.name, judged.relation, judged.self, x.is_grantable
)
SELECT json_build_object(
  'user', current_user,
  'database', (SELECT json_agg(json_build_object('privilege', privilege, 'state', state, 'others', to_json(others))
                               ORDER BY privilege) FROM judged WHERE kind = 'database'),
  'schemas', coalesce((SELECT json_agg(json_build_object(
    'name', asked.name,
    'usage', u.state,
    'others', to_json(u.others),
    'table', ${objectsOf("table")},
    'sequence', ${objectsOf("sequence")},
    'columns', coalesce((
      SELECT json_agg(json_build_object('table', g.name, 'columns', g.columns, 'grantable', g.is_grantable,
                                        'passedOn', g.passed_on) ORDER BY g.name COLLATE "C", g.is_grantable)
      FROM column_grant g WHERE g.schema = asked.name), '[]')
    ) ORDER BY asked.name COLLATE "C")
    FROM asked JOIN judged u ON u.kind = 'schema' AND u.schema = asked.name), '[]'),
  'defaults', coalesce((SELECT json_agg(json_build_object(
      'schema', asked.name, 'owner', pg_get_userbyid(d.defaclrole)::text,
      'objectType', CASE d.defaclobjtype WHEN 'S' THEN 'sequence' ELSE 'table' END, 'grantable', a.is_grantable)
      ORDER BY asked.name COLLATE "C", pg_get_userbyid(d.defaclrole) COLLATE "C", d.defaclobjtype)
    FROM pg_catalog.pg_default_acl d
    JOIN asked ON asked.oid = d.defaclnamespace
    CROSS JOIN LATERAL aclexplode(d.defaclacl) a
    JOIN self ON self.oid = a.grantee
    WHERE d.defaclobjtype IN ('r', 'S') AND a.privilege_type = 'SELECT'), '[]')
) AS grants`;
