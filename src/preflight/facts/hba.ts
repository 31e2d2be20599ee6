import type { HbaRule } from "../../postgres/hba";
import type { Session } from "../../postgres/session";

/** pg_hba.conf as pg_hba_file_rules shows it, and what is needed to match it. */
export interface HbaFacts {
  /** In the order in which the server tries them. */
  readonly rules: readonly HbaRule[];
  /** The roles that the role is a member of, directly or not; a superuser is not a member of all. */
  readonly memberships: readonly string[];
}

// to_jsonb: the columns differ by version (file_name and rule_number from 16 on).
const RULES = `
  SELECT concat_ws(':', coalesce(rule ->> 'file_name', file, 'pg_hba.conf'), rule ->> 'line_number') AS "where",
         rule ->> 'type' AS "type",
         rule -> 'database' AS "database",
         rule -> 'user_name' AS "userName",
         rule ->> 'address' AS "address",
         rule ->> 'netmask' AS "netmask",
         rule ->> 'auth_method' AS "authMethod",
         rule -> 'options' AS "options",
         rule ->> 'error' AS "error"
    FROM (SELECT to_jsonb(r) AS rule FROM pg_hba_file_rules r) AS r
    LEFT JOIN (SELECT setting AS file FROM pg_settings WHERE name = 'hba_file') AS s ON true
   ORDER BY (rule ->> 'rule_number')::int NULLS LAST, (rule ->> 'line_number')::int`;

const MEMBERSHIPS = `
  WITH RECURSIVE member_of AS (
    SELECT m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1
    UNION
    SELECT m.roleid FROM pg_auth_members m JOIN member_of o ON m.member = o.roleid
  )
  SELECT r.rolname AS name FROM member_of JOIN pg_roles r ON r.oid = member_of.roleid ORDER BY 1`;

/**
 * Reads pg_hba.conf as it lies on the disk, which is not always what is loaded.
 *
 * @param role - whose memberships are needed for lines that name a group
 * @throws SQLSTATE 42501 unless the session is a superuser's or may execute pg_hba_file_rules()
 */
export async function readHbaFacts(session: Session, role: string): Promise<HbaFacts> {
  const rules = await session.query<HbaRule>(RULES);
  const memberships = await session.query<{ name: string }>(MEMBERSHIPS, [role]);
  return { rules: rules.map(withoutSecrets), memberships: memberships.map(({ name }) => name) };
}

/** Lines of ldap and radius may hold a password, and facts are saved in bug reports. */
function withoutSecrets(rule: HbaRule): HbaRule {
  const { options } = rule;
  if (options === null) return rule;
  return {
    ...rule,
    options: options.map((option) => option.replace(/^(ldapbindpasswd|radiussecrets)=.*$/s, "$1=***")),
  };
}
