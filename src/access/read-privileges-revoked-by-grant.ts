import { z } from "zod";
import type { Session } from "../postgres/session";
import { schemaOf } from "../schema-of";
import { effectiveRoles } from "./effective-roles";
import { EXAMPLES } from "./examples";
import type { Grant } from "./plan";
import { grantSchema } from "./plan";
import { PRIVILEGES, type Privilege } from "./privilege-grant";

/**
 * Privileges that were granted to a role by name and exceed a grant of the plan, on objects with the same ones. The role
 * loses them when `@pulumi/postgresql` makes the grant, because it first revokes everything that the role has there.
 */
export interface PrivilegesRevokedByGrant {
  /** The grant that revokes them. */
  readonly grant: Grant;
  readonly privileges: readonly PrivilegeRevokedByGrant[];
  /** How many objects hold exactly these; 1 unless the grant is one on all objects of a type. */
  readonly count: number;
  /** Whether these are all objects of the grant. */
  readonly all: boolean;
  /** The first few objects by name, unquoted and without schema; empty unless it is about objects of a type. */
  readonly examples: readonly string[];
}

/** One privilege, such as INSERT. */
export interface PrivilegeRevokedByGrant {
  readonly privilege: Privilege;
  /** The columns it is for; undefined for the object as a whole. */
  readonly columns?: readonly string[];
  /** Whether the role can grant it to others. */
  readonly grantable: boolean;
}

/**
 * Reads which privileges a role would lose to grants that begin with REVOKE ALL.
 *
 * REVOKE ALL removes everything that the object's owner, or the session's user, granted to the role by name, also on
 * columns. If the role owns the object, it even removes the owner's own privileges. Privileges that the role also has as
 * a member of another role remain, and are left out. Privileges that PUBLIC has too count as lost, because they were
 * also granted to the role on purpose.
 *
 * @param role - the grantee; it does not have to exist, then it has no privileges
 * @param grants - of the session's database; the order of the result is theirs
 */
export async function readPrivilegesRevokedByGrant(
  session: Session,
  role: string,
  grants: readonly Grant[],
): Promise<readonly PrivilegesRevokedByGrant[]> {
  const rows = await session.query<Omit<PrivilegesRevokedByGrant, "grant"> & { index: number }>(
    heldQuery(session.serverVersionNum),
    [role, JSON.stringify(grants)],
  );
  return rows.flatMap(({ index, ...held }) => {
    const grant = grants[index];
    return grant === undefined ? [] : [{ grant, ...held }];
  });
}

/**
 * $1 role, $2 the grants as JSON. REVOKE … ON ALL TABLES includes views and foreign tables, and runs as the object's
 * owner; so an ACL entry of another grantor, made with a grant option, stays.
 */
function heldQuery(serverVersionNum: number): string {
  return `
WITH RECURSIVE ${effectiveRoles(serverVersionNum)}, others AS (
  SELECT coalesce(array_agg(effective.oid) FILTER (WHERE effective.oid <> self.oid), '{}') AS oids
  FROM self LEFT JOIN effective ON true
), asked AS (
  SELECT (position - 1)::int AS index, item->>'kind' AS kind, item->>'schema' AS schema, item->>'owner' AS owner,
         CASE item->>'objectType' WHEN 'table' THEN 'r' WHEN 'sequence' THEN 'S' END AS objtype,
         ARRAY(SELECT json_array_elements_text(item->'privileges')) AS granted
  FROM json_array_elements($2::json) WITH ORDINALITY AS items(item, position)
), relation AS (
  SELECT asked.index, asked.granted, c.oid, c.relname::text AS name, c.relowner,
         coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
  FROM asked
  JOIN pg_catalog.pg_namespace n ON n.nspname::text = asked.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
    AND CASE asked.objtype WHEN 'S' THEN c.relkind = 'S' ELSE c.relkind IN ('r', 'p', 'v', 'm', 'f') END
  WHERE asked.kind = 'objects'
), target AS (
  SELECT index, granted, NULL::text AS name, NULL::text AS "column", datdba AS owner, acl, acl AS anywhere
  FROM asked CROSS JOIN this_database WHERE kind = 'database'
  UNION ALL
  SELECT index, granted, NULL, NULL, n.nspowner, s.acl, s.acl
  FROM asked
  JOIN pg_catalog.pg_namespace n ON n.nspname::text = schema
  CROSS JOIN LATERAL (SELECT coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl) s
  WHERE kind = 'schema'
  UNION ALL
  SELECT index, granted, name, NULL, relowner, acl, acl FROM relation
  UNION ALL
  SELECT index, granted, name, a.attname::text, relowner, a.attacl, a.attacl || acl
  FROM relation
  JOIN pg_catalog.pg_attribute a ON a.attrelid = relation.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT index, granted, NULL, NULL, d.defaclrole, d.defaclacl, d.defaclacl
  FROM asked
  JOIN pg_catalog.pg_namespace n ON n.nspname::text = schema
  JOIN pg_catalog.pg_roles o ON o.rolname::text = asked.owner
  JOIN pg_catalog.pg_default_acl d ON d.defaclnamespace = n.oid AND d.defaclrole = o.oid
    AND d.defaclobjtype::text = asked.objtype
  WHERE kind = 'default'
), held AS (
  SELECT index, name, a.privilege_type AS privilege, a.is_grantable AS grantable, "column"
  FROM self
  CROSS JOIN others
  CROSS JOIN target
  CROSS JOIN LATERAL aclexplode(acl) a
  WHERE a.grantee = self.oid
    AND (a.grantor = owner
      OR a.grantor = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))
    AND (a.privilege_type <> ALL (granted) OR a.is_grantable)
    AND NOT EXISTS (
      SELECT FROM aclexplode(anywhere) kept
      WHERE kept.grantee = ANY (others.oids) AND kept.privilege_type = a.privilege_type
        AND (kept.is_grantable OR kept.grantee = owner OR NOT a.is_grantable))
), by_privilege AS (
  SELECT index, name, privilege, grantable,
         array_agg(DISTINCT "column" ORDER BY "column") FILTER (WHERE "column" IS NOT NULL) AS columns
  FROM held GROUP BY index, name, privilege, grantable, "column" IS NULL
), by_object AS (
  SELECT index, name, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'privilege', privilege, 'grantable', grantable, 'columns', to_jsonb(columns)))
    ORDER BY privilege, grantable, columns) AS privileges
  FROM by_privilege GROUP BY index, name
)
SELECT index, privileges, count(*)::int AS count,
       count(*) = (SELECT count(*) FROM target
                   WHERE target.index = by_object.index AND target."column" IS NULL) AS "all",
       coalesce((array_agg(name ORDER BY name COLLATE "C") FILTER (WHERE name IS NOT NULL))[1:${EXAMPLES}], '{}')
         AS examples
FROM by_object GROUP BY index, privileges
ORDER BY index, count(*) DESC, privileges`;
}

/** What {@link readPrivilegesRevokedByGrant} reads. */
export const heldPrivilegesSchema = schemaOf<readonly PrivilegesRevokedByGrant[]>()(
  z.array(
    z.object({
      grant: grantSchema,
      privileges: z.array(
        z.object({
          privilege: z.enum(PRIVILEGES),
          columns: z.array(z.string()).optional(),
          grantable: z.boolean(),
        }),
      ),
      count: z.number(),
      all: z.boolean(),
      examples: z.array(z.string()),
    }),
  ),
);
