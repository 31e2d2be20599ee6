import { qualifiedName, quoteIdentifier } from "../postgres/identifiers";
import { joinSql, keywords, type Sql, sql } from "../postgres/sql-text";

/** The privileges that databases, schemas, tables and sequences have, of every version of Postgres. */
export const PRIVILEGES = [
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "TRUNCATE",
  "REFERENCES",
  "TRIGGER",
  "MAINTAIN",
  "USAGE",
  "CREATE",
  "CONNECT",
  "TEMPORARY",
] as const;
export type Privilege = (typeof PRIVILEGES)[number];

/** What GRANT can name: also the privilege of functions, and `ALL` for those that an object has. */
export const GRANT_WORDS = ["ALL", ...PRIVILEGES, "EXECUTE"] as const;
export type GrantWord = (typeof GRANT_WORDS)[number];

/** Types of objects in a schema that can be granted by name, or all at once. */
export const SCHEMA_OBJECT_TYPES = ["table", "sequence", "function", "procedure", "routine"] as const;
export type SchemaObjectType = (typeof SCHEMA_OBJECT_TYPES)[number];

/** The object types of default privileges. */
export const FUTURE_OBJECT_TYPES = ["table", "sequence", "function", "routine", "type", "schema"] as const;
export type FutureObjectType = (typeof FUTURE_OBJECT_TYPES)[number];

/** What a privilege is about. */
export type GrantTarget =
  | { readonly kind: "database"; readonly database: string }
  | { readonly kind: "schema"; readonly schema: string }
  /** All objects of a type that a schema has at the time of the grant. */
  | { readonly kind: "all"; readonly schema: string; readonly objectType: SchemaObjectType }
  | {
      readonly kind: "objects";
      readonly schema: string;
      readonly objectType: SchemaObjectType;
      readonly names: readonly string[];
    }
  | {
      readonly kind: "columns";
      readonly schema: string;
      readonly table: string;
      readonly columns: readonly string[];
    }
  | { readonly kind: "foreign"; readonly type: "data wrapper" | "server"; readonly name: string }
  /**
   * What a role will create: in one schema, or in all of them. Without an owner, the role is the one that runs the
   * statement.
   */
  | {
      readonly kind: "future";
      readonly objectType: FutureObjectType;
      readonly owner?: string | undefined;
      readonly schema?: string | undefined;
    };

/** Privileges of one grantee on one target: a statement's worth. */
export interface PrivilegeGrant {
  /** A role, or `public` for PUBLIC: no role can have that name. */
  readonly grantee: string;
  readonly privileges: readonly GrantWord[];
  readonly target: GrantTarget;
  /** Whether the grantee can grant them to others. */
  readonly grantOption?: boolean;
}

/** Whether a grantee is every role. */
export function isPublic(grantee: string): boolean {
  return grantee === "public";
}

/**
 * Writes GRANT or REVOKE, as one statement to be run in the database of the target.
 *
 * @param grant - with at least one privilege
 */
export function privilegeStatement(verb: "GRANT" | "REVOKE", grant: PrivilegeGrant): Sql {
  return joinSql(privilegeStatementParts(verb, grant), " ");
}

/**
 * The same, in the parts between which a long statement can be broken: of ALTER DEFAULT PRIVILEGES, what comes before
 * GRANT or REVOKE is one.
 */
export function privilegeStatementParts(
  verb: "GRANT" | "REVOKE",
  { grantee, privileges, target, grantOption = false }: PrivilegeGrant,
): readonly Sql[] {
  const isGrant = verb === "GRANT";
  const words = privileges.map((privilege) => WORDS[privilege]);
  const does = (what: Sql) => sql`${isGrant ? sql`GRANT` : sql`REVOKE`} ${what}`;
  const role = isPublic(grantee) ? sql`PUBLIC` : quoteIdentifier(grantee);
  const option = isGrant && grantOption ? sql` WITH GRANT OPTION` : sql``;
  const who = sql`${isGrant ? sql`TO` : sql`FROM`} ${role}${option};`;
  if (target.kind === "columns") {
    const columns = joinSql(target.columns.map(quoteIdentifier), ", ");
    const each = joinSql(
      words.map((word) => sql`${word} (${columns})`),
      ", ",
    );
    return [sql`${does(each)} ON TABLE ${qualifiedName(target.schema, target.table)} ${who}`];
  }
  if (target.kind !== "future") return [sql`${does(joinSql(words, ", "))} ON ${objectsOf(target)} ${who}`];
  const owner = target.owner === undefined ? sql`` : sql` FOR ROLE ${quoteIdentifier(target.owner)}`;
  const schema = target.schema === undefined ? sql`` : sql` IN SCHEMA ${quoteIdentifier(target.schema)}`;
  return [
    sql`ALTER DEFAULT PRIVILEGES${owner}${schema}`,
    sql`${does(joinSql(words, ", "))} ON ${PLURAL[target.objectType]} ${who}`,
  ];
}

/** Writes the statement that adds a role to a group, or removes it from there. */
export function membershipStatement(
  verb: "GRANT" | "REVOKE",
  {
    group,
    member,
    adminOption = false,
  }: { readonly group: string; readonly member: string; readonly adminOption?: boolean },
): Sql {
  const [one, other] = [quoteIdentifier(group), quoteIdentifier(member)];
  if (verb === "REVOKE") return sql`REVOKE ${one} FROM ${other};`;
  return sql`GRANT ${one} TO ${other}${adminOption ? sql` WITH ADMIN OPTION` : sql``};`;
}

const WORDS = keywords(GRANT_WORDS);

const TYPES: { readonly [type in SchemaObjectType]: Sql } = {
  table: sql`TABLE`,
  sequence: sql`SEQUENCE`,
  function: sql`FUNCTION`,
  procedure: sql`PROCEDURE`,
  routine: sql`ROUTINE`,
};

const PLURAL: { readonly [type in SchemaObjectType | FutureObjectType]: Sql } = {
  table: sql`TABLES`,
  sequence: sql`SEQUENCES`,
  function: sql`FUNCTIONS`,
  procedure: sql`PROCEDURES`,
  routine: sql`ROUTINES`,
  type: sql`TYPES`,
  schema: sql`SCHEMAS`,
};

const FOREIGN = { "data wrapper": sql`FOREIGN DATA WRAPPER`, server: sql`FOREIGN SERVER` };

function objectsOf(target: Exclude<GrantTarget, { kind: "columns" | "future" }>): Sql {
  switch (target.kind) {
    case "database":
      return sql`DATABASE ${quoteIdentifier(target.database)}`;
    case "schema":
      return sql`SCHEMA ${quoteIdentifier(target.schema)}`;
    case "all":
      return sql`ALL ${PLURAL[target.objectType]} IN SCHEMA ${quoteIdentifier(target.schema)}`;
    case "objects": {
      const names = target.names.map((name) => qualifiedName(target.schema, name));
      return sql`${TYPES[target.objectType]} ${joinSql(names, ", ")}`;
    }
    case "foreign":
      return sql`${FOREIGN[target.type]} ${quoteIdentifier(target.name)}`;
  }
}
