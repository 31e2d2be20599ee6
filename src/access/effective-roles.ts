/**
 * The roles whose privileges a role has, as common table expressions of a WITH RECURSIVE query in which $1 is the
 * role's name: `self` (its row, none when there is no such role), `this_database`, and `effective` (the oids of the
 * role and of every role that it is a member of, as far as memberships inherit).
 *
 * pg_has_role cannot be used, because it is always true for a superuser.
 *
 * @param serverVersionNum - such as 170011
 */
export function effectiveRoles(serverVersionNum: number): string {
  // Up to 15 the member's INHERIT attribute decides, from 16 on each membership has its own.
  const inherits = serverVersionNum < 160000 ? "member.rolinherit" : "m.inherit_option";
  const ownerInherits = serverVersionNum < 160000 ? "member.rolinherit" : "true";
  return `self AS (
  SELECT oid, rolname, rolcanlogin, rolreplication, rolsuper
  FROM pg_catalog.pg_roles WHERE rolname::text = $1
), this_database AS (
  SELECT oid, datdba, coalesce(datacl, acldefault('d', datdba)) AS acl
  FROM pg_catalog.pg_database WHERE datname = current_database()
), membership AS (
  SELECT m.member, m.roleid
  FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles member ON member.oid = m.member
  WHERE ${inherits}
  UNION ALL
  -- The owner of the database is a member of pg_database_owner (14+), but has no row in pg_auth_members.
  SELECT member.oid, everyone.oid
  FROM this_database
  JOIN pg_catalog.pg_roles member ON member.oid = datdba
  JOIN pg_catalog.pg_roles everyone ON everyone.rolname = 'pg_database_owner'
  WHERE ${ownerInherits}
), effective AS (
  SELECT oid FROM self
  UNION
  SELECT membership.roleid FROM effective JOIN membership ON membership.member = effective.oid
)`;
}

/**
 * {@link effectiveRoles}, and their result: `rights`, one row with `grantees` (the oids to look for in an ACL,
 * PUBLIC's 0 among them) and `reads_all` (whether pg_read_all_data is one of them).
 *
 * @param serverVersionNum - such as 170011
 */
export function effectiveRights(serverVersionNum: number): string {
  return `${effectiveRoles(serverVersionNum)}, rights AS MATERIALIZED (
  SELECT array_agg(oid) || 0::oid AS grantees,
         coalesce(bool_or(oid = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = 'pg_read_all_data')), false)
           AS reads_all
  FROM effective
)`;
}
