import type { SharedPostgres } from "../../support/postgres";

/** Every privilege in a database, with its grantor; what is by default counts like what was granted. */
export async function aclsOf(server: SharedPostgres, database: string): Promise<readonly string[]> {
  const rows = await server.query<{ acl: string }>(
    `WITH acls AS (
       SELECT 'database ' || datname AS object, coalesce(datacl, acldefault('d', datdba)) AS acl
       FROM pg_database WHERE datname = current_database()
       UNION ALL
       SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
       WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
       UNION ALL
       SELECT 'relation ' || c.oid::regclass,
         coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
       FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE relkind IN ('r', 'S') AND nspname !~ '^pg' AND nspname <> 'information_schema'
       UNION ALL
       SELECT 'column ' || attrelid::regclass || '.' || attname, attacl FROM pg_attribute
       WHERE attacl IS NOT NULL AND attrelid >= 16384
       UNION ALL
       SELECT 'future ' || defaclobjtype::text || ' of ' || defaclrole::regrole || ' in ' ||
         coalesce(nullif(defaclnamespace, 0)::regnamespace::text, 'any schema'), defaclacl
       FROM pg_default_acl
     )
     SELECT object || ': ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END || ' ' ||
       privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END || ' by ' || grantor::regrole AS acl
     FROM acls, aclexplode(acl)
     UNION ALL
     SELECT 'member ' || roleid::regrole || ': ' || member::regrole || CASE WHEN admin_option THEN '*' ELSE '' END
     FROM pg_auth_members WHERE member >= 16384
     UNION ALL
     SELECT 'role ' || rolname || ': ' || concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb,
       rolcanlogin, rolreplication, rolbypassrls)
     FROM pg_roles WHERE oid >= 16384
     ORDER BY acl`,
    [],
    { database },
  );
  return rows.map(({ acl }) => acl).filter((acl) => !acl.startsWith("schema pgstream"));
}
