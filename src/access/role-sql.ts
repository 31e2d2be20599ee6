import { quoteIdentifier } from "../postgres/identifiers";
import { repeatable } from "../postgres/repeatable";
import { type Sql, sql } from "../postgres/sql-text";

/** What a role can do by itself, in the order of CREATE ROLE's documentation; INHERIT is the default of a new role. */
export const ROLE_FLAGS = [
  "superuser",
  "createDatabase",
  "createRole",
  "inherit",
  "login",
  "replication",
  "bypassRowLevelSecurity",
] as const;
export type RoleFlag = (typeof ROLE_FLAGS)[number];

/** A role's name and flags. */
export type RoleAttributes = { readonly name: string } & { readonly [flag in RoleFlag]: boolean };

const WORDS: { readonly [flag in RoleFlag]: readonly [yes: Sql, no: Sql] } = {
  superuser: [sql`SUPERUSER`, sql`NOSUPERUSER`],
  createDatabase: [sql`CREATEDB`, sql`NOCREATEDB`],
  createRole: [sql`CREATEROLE`, sql`NOCREATEROLE`],
  inherit: [sql`INHERIT`, sql`NOINHERIT`],
  login: [sql`LOGIN`, sql`NOLOGIN`],
  replication: [sql`REPLICATION`, sql`NOREPLICATION`],
  bypassRowLevelSecurity: [sql`BYPASSRLS`, sql`NOBYPASSRLS`],
};

/** The word of a flag, such as `SUPERUSER` or `NOSUPERUSER`. */
export function flagWord(flag: RoleFlag, value: boolean): Sql {
  return WORDS[flag][value ? 0 : 1];
}

/** The flags in which two roles differ. */
export function changedFlags(before: RoleAttributes, after: RoleAttributes): readonly RoleFlag[] {
  return ROLE_FLAGS.filter((flag) => before[flag] !== after[flag]);
}

/** Writes the statements that create a role without a password, or give an existing one these attributes. */
export function createRoleStatements(role: RoleAttributes): Sql[] {
  return [createIfMissing(role.name), alterRole(role, ROLE_FLAGS)];
}

/** Writes the statement that creates a role that can do nothing, unless there is one of that name. */
export function createIfMissing(name: string): Sql {
  return repeatable(sql`CREATE ROLE ${quoteIdentifier(name)};`);
}

/** Writes the statements that make a role another one: its name and what differs. */
export function alterRoleStatements(before: RoleAttributes, after: RoleAttributes): Sql[] {
  const names = [quoteIdentifier(before.name), quoteIdentifier(after.name)] as const;
  const flags = changedFlags(before, after);
  return [
    ...(before.name === after.name
      ? []
      : [repeatable(sql`ALTER ROLE ${names[0]} RENAME TO ${names[1]};`, "undefined_object")]),
    ...(flags.length === 0 ? [] : [alterRole(after, flags)]),
  ];
}

/** Writes the statement that drops a role. */
export function dropRoleStatement(name: string): Sql {
  return sql`DROP ROLE IF EXISTS ${quoteIdentifier(name)};`;
}

function alterRole(role: RoleAttributes, flags: readonly RoleFlag[]): Sql {
  const words = flags.map((flag) => flagWord(flag, role[flag]));
  return sql`ALTER ROLE ${quoteIdentifier(role.name)} WITH ${words.reduce((all, word) => sql`${all} ${word}`)};`;
}
