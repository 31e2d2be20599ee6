/**
 * `asked`, a common table expression: the requested schemas, each with its ACL.
 *
 * @param parameter - holds their names; NULL for every schema that is neither the system's, nor an extension's, nor
 *   `pgstream`
 */
export function askedSchemas(parameter: string): string {
  return `asked AS (
  SELECT oid, nspname::text AS name, coalesce(nspacl, acldefault('n', nspowner)) AS acl
  FROM pg_catalog.pg_namespace n
  WHERE CASE WHEN ${parameter}::text[] IS NULL
    THEN ${USERS_SCHEMA}
    ELSE nspname::text = ANY (${parameter}::text[]) END
)`;
}

/**
 * Whether something in the catalog belongs to an extension.
 *
 * @param catalog - where it is: a namespace, or a relation
 * @param oid - an expression: which one it is
 */
export function ofExtension(catalog: "pg_namespace" | "pg_class", oid: string): string {
  return `EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.objid = ${oid}
        AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e')`;
}

/** Whether a schema `n` of pg_namespace is neither the system's, nor an extension's, nor `pgstream`. */
export const USERS_SCHEMA = `nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgstream')
      AND NOT ${ofExtension("pg_namespace", "n.oid")}`;

/** Whether a relation `c` of pg_class is a table or a sequence that counts: permanent, and not of an extension. */
export const COUNTED_OBJECT = `(c.relkind IN ('r', 'p') AND c.relpersistence = 'p' OR c.relkind = 'S' AND c.relpersistence <> 't')
    AND NOT ${ofExtension("pg_class", "c.oid")}`;

/**
 * `default_read`, a common table expression over `owner` (relnamespace, oid) and `rights`: whether the role will be
 * able to read what an owner creates in a schema, by type (`r`, `S`).
 */
export const DEFAULT_READ = `default_read AS (
  -- The ACL of an owner's new object: the owner's global default or else the built-in one, and the
  -- schema's. If the result is empty, Postgres uses the built-in one.
  SELECT owner.relnamespace, owner.oid, kind.objtype, EXISTS (
    SELECT FROM aclexplode(CASE WHEN cardinality(acls.acl) = 0 THEN acls.builtin ELSE acls.acl END) a
    WHERE a.privilege_type = 'SELECT' AND a.grantee = ANY (grantees)) AS readable
  FROM owner
  CROSS JOIN rights
  CROSS JOIN (VALUES ('r'::"char", 'r'::"char"), ('S', 's')) AS kind(objtype, builtin)
  LEFT JOIN pg_catalog.pg_default_acl everywhere ON everywhere.defaclrole = owner.oid
    AND everywhere.defaclnamespace = 0 AND everywhere.defaclobjtype = kind.objtype
  LEFT JOIN pg_catalog.pg_default_acl here ON here.defaclrole = owner.oid
    AND here.defaclnamespace = owner.relnamespace AND here.defaclobjtype = kind.objtype
  CROSS JOIN LATERAL (
    SELECT acldefault(kind.builtin, owner.oid) AS builtin,
           coalesce(everywhere.defaclacl, acldefault(kind.builtin, owner.oid)) || here.defaclacl AS acl
  ) acls
  WHERE owner.oid IS NOT NULL
)`;

/**
 * `children`, a recursive common table expression: tables that inherit from a table in the schemas of `asked`, or are
 * partitions of one, at any depth and in any schema.
 */
export const CHILDREN = `children (oid) AS (
  SELECT i.inhrelid
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhparent AND c.relkind IN ('r', 'p')
  WHERE c.relnamespace IN (SELECT oid FROM asked)
  UNION
  SELECT i.inhrelid
  FROM children
  JOIN pg_catalog.pg_inherits i ON i.inhparent = children.oid
)`;
