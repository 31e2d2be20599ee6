import type { Session } from "../../postgres/session";

/** Another role as which the role's sessions in this database run (ALTER ROLE … SET role). */
export interface SessionUser {
  readonly name: string;
  /** Where it is set: "role ardent", "database shop", "all roles", … */
  readonly source: string;
}

/**
 * Reads whether settings make the role's sessions run as another role. Postgres only warns of a role that does not exist
 * or that the role cannot switch to, and ignores session_authorization here.
 *
 * @returns undefined if they run as the role itself
 */
export async function readSessionUser(session: Session, role: string): Promise<SessionUser | undefined> {
  const [row] = await session.query<SessionUser>(SESSION_USER, [role]);
  return row;
}

const SESSION_USER = `
SELECT other.rolname AS name, o.source
FROM (
  SELECT substr(item, strpos(item, '=') + 1) AS name,
         coalesce(nullif(concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname), ''), 'all roles') AS source
  FROM pg_db_role_setting s
  CROSS JOIN unnest(s.setconfig) AS item
  LEFT JOIN pg_roles r ON r.oid = s.setrole
  LEFT JOIN pg_database d ON d.oid = s.setdatabase
  WHERE (s.setrole = 0 OR r.rolname::text = $1)
    AND (s.setdatabase = 0 OR d.datname = current_database())
    AND split_part(item, '=', 1) = 'role'
  ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1
) o
JOIN pg_roles self ON self.rolname::text = $1
JOIN pg_roles other ON other.rolname::text = o.name AND other.oid <> self.oid
WHERE self.rolsuper OR pg_has_role(self.oid, other.oid,
        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)`;
