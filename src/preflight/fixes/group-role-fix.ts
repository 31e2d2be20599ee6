import { PRIVILEGES } from "../../access/privilege-grant";
import type {
  PrivilegeRevokedByGrant,
  PrivilegesRevokedByGrant,
} from "../../access/read-privileges-revoked-by-grant";
import { MAX_NAME_BYTES, qualifiedName, quoteIdentifier } from "../../postgres/identifiers";
import { joinSql, keywords, type Sql, sql } from "../../postgres/sql-text";
import type { Fix } from "../check/check";
import { counted } from "../judge/counted";

/**
 * The fix with which a role keeps privileges that our grants would revoke: a group role has them, and the role is its
 * member.
 *
 * These grants are not part of the access plan: the user runs them.
 *
 * @param role - the grantee
 * @param held - the privileges that it would lose
 */
export function groupRoleFix(role: string, held: readonly PrivilegesRevokedByGrant[]): Fix {
  const name = groupName(role);
  const group = quoteIdentifier(name);
  const unnamed = held.filter(namesObjects).reduce((sum, one) => sum + one.count - one.examples.length, 0);
  return {
    text: [
      "Use a separate role for Ardent (role.name), or revoke privileges that are no longer needed.",
      `Or grant it through a group role (here ${name}), as the owners or a superuser; grants to the role itself do not affect what it has as a member:`,
      ...(unnamed > 0
        ? [`(${counted(unnamed, "more object")} not named below: run preflight again after these.)`]
        : []),
    ].join("\n"),
    sql: [
      sql`CREATE ROLE ${group} NOLOGIN;`,
      ...held.flatMap((one) => groupStatements(one, group)),
      sql`GRANT ${group} TO ${quoteIdentifier(role)};`,
    ],
    choice: "The group role is one of these three ways.",
    effect: "none",
  };
}

/** Privileges for reading: `INSERT, UPDATE (price), SELECT with grant option`. */
export function heldText(privileges: readonly PrivilegeRevokedByGrant[]): string {
  return privileges
    .map(
      ({ privilege, columns, grantable }) =>
        `${privilege}${columns === undefined ? "" : ` (${columns.join(", ")})`}${grantable ? " with grant option" : ""}`,
    )
    .join(", ");
}

function groupStatements(held: PrivilegesRevokedByGrant, group: Sql): Sql[] {
  return [false, true].flatMap((grantable) => {
    const privileges = held.privileges.filter((one) => one.grantable === grantable).map(privilegeSql);
    if (privileges.length === 0) return [];
    const option = grantable ? sql` WITH GRANT OPTION` : sql``;
    return [sql`${grantOn(held, joinSql(privileges, ", "))} TO ${group}${option};`];
  });
}

const PRIVILEGE_SQL = keywords(PRIVILEGES);

function privilegeSql({ privilege, columns }: PrivilegeRevokedByGrant): Sql {
  const word = PRIVILEGE_SQL[privilege];
  return columns === undefined ? word : sql`${word} (${joinSql(columns.map(quoteIdentifier), ", ")})`;
}

const OBJECT_SQL = { table: sql`TABLE`, sequence: sql`SEQUENCE` };

function grantOn(held: PrivilegesRevokedByGrant, privileges: Sql): Sql {
  const { grant } = held;
  if (grant.kind === "database")
    return sql`GRANT ${privileges} ON DATABASE ${quoteIdentifier(grant.database)}`;
  const schema = quoteIdentifier(grant.schema);
  if (grant.kind === "schema") return sql`GRANT ${privileges} ON SCHEMA ${schema}`;
  const type = OBJECT_SQL[grant.objectType];
  if (grant.kind === "default")
    return sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(grant.owner)} IN SCHEMA ${schema} GRANT ${privileges} ON ${type}S`;
  const names = held.examples.map((name) => qualifiedName(grant.schema, name));
  return namesObjects(held)
    ? sql`GRANT ${privileges} ON ${type} ${joinSql(names, ", ")}`
    : sql`GRANT ${privileges} ON ALL ${type}S IN SCHEMA ${schema}`;
}

/** Whether the objects have to be named: ON ALL … would grant more than the role has, or does not exist for them. */
function namesObjects({ grant, privileges, all, count, examples }: PrivilegesRevokedByGrant): boolean {
  if (grant.kind !== "objects") return false;
  return !all || count <= examples.length || privileges.some(({ columns }) => columns !== undefined);
}

/** `<role>_rights`, shortened so that Postgres does not truncate it to the role's own name. */
function groupName(role: string): string {
  const suffix = "_rights";
  const characters = [...role];
  while (Buffer.byteLength(characters.join("") + suffix) > MAX_NAME_BYTES) characters.pop();
  return characters.join("") + suffix;
}
