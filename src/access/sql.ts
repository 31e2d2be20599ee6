import { quoteIdentifier, quoteLiteral } from "../postgres/identifiers";
import { type Sql, sql } from "../postgres/sql-text";
import {
  type AccessPlan,
  type DatabaseGrant,
  type DatabasePlan,
  type ObjectType,
  type RolePlan,
  type SchemaGrant,
  schemaGrants,
} from "./plan";
import { type GrantTarget, privilegeStatement } from "./privilege-grant";

/** What {@link roleStatements} writes in place of the password. */
export const PASSWORD_PLACEHOLDER = "<strong-password>";

/**
 * Writes a grant as one statement. It is to be run in the grant's database.
 *
 * @param role - the grantee
 */
export function grantStatement(grant: DatabaseGrant | SchemaGrant, role: string): Sql {
  return statement("GRANT", grant, role);
}

/**
 * Writes a grant to read objects of one schema by name, where a grant on all of them would be too much.
 *
 * @param names - unquoted, at least one
 */
export function readGrantStatement(
  objectType: ObjectType,
  schema: string,
  names: readonly string[],
  role: string,
): Sql {
  return privilegeStatement("GRANT", {
    grantee: role,
    privileges: ["SELECT"],
    target: { kind: "objects", schema, objectType, names },
  });
}

/** Writes the statement that revokes exactly one grant. */
export function revokeStatement(grant: DatabaseGrant | SchemaGrant, role: string): Sql {
  return statement("REVOKE", grant, role);
}

/**
 * Writes all grants of a plan as a script: one part per database, each of them one transaction that fails in another
 * database. Running it twice changes nothing.
 *
 * As in Ardent's runbook, it sets default privileges not only for the owners of the plan, but also for the role that
 * runs the script.
 */
export function grantScript(plan: AccessPlan): string {
  const { name } = plan.role;
  return databaseScript(
    plan,
    [`Lets role ${quoteIdentifier(name)} read. Running it twice changes nothing.`],
    (database) => scriptGrants(database).map((grant) => statement("GRANT", grant, name)),
  );
}

/** Writes the statements that create the role, with a placeholder for the password; none for a role managed elsewhere. */
export function roleStatements(role: RolePlan): Sql[] {
  if (!role.create) return [];
  const name = quoteIdentifier(role.name);
  return [
    sql`CREATE ROLE ${name} WITH LOGIN PASSWORD ${quoteLiteral(PASSWORD_PLACEHOLDER)};`,
    sql`ALTER ROLE ${name} WITH REPLICATION${role.superuser ? sql` SUPERUSER` : sql``};`,
  ];
}

/** A default privilege for objects that the role that runs the script will create. */
interface OwnDefault {
  readonly kind: "own-default";
  readonly schema: string;
  readonly objectType: ObjectType;
}

type ScriptGrant = DatabaseGrant | SchemaGrant | OwnDefault;

function statement(verb: "GRANT" | "REVOKE", grant: ScriptGrant, role: string): Sql {
  const privileges = grant.kind === "own-default" ? (["SELECT"] as const) : grant.privileges;
  return privilegeStatement(verb, { grantee: role, privileges, target: targetOf(grant) });
}

function targetOf(grant: ScriptGrant): GrantTarget {
  switch (grant.kind) {
    case "database":
      return { kind: "database", database: grant.database };
    case "schema":
      return { kind: "schema", schema: grant.schema };
    case "objects":
      return { kind: "all", schema: grant.schema, objectType: grant.objectType };
    case "default":
      return { kind: "future", schema: grant.schema, objectType: grant.objectType, owner: grant.owner };
    case "own-default":
      return { kind: "future", schema: grant.schema, objectType: grant.objectType };
  }
}

function scriptGrants({ name, privileges, schemas }: DatabasePlan): ScriptGrant[] {
  return [
    { kind: "database", database: name, privileges },
    ...schemas.flatMap((schema) => {
      const [usage, ...rest] = schemaGrants(schema);
      const own = (["table", "sequence"] as const).map(
        (objectType): OwnDefault => ({ kind: "own-default", schema: schema.name, objectType }),
      );
      return usage === undefined ? [] : [usage, ...own, ...rest];
    }),
  ];
}

/** Writes a script: one part per database, each of them one transaction that fails in another database. */
export function databaseScript(
  plan: AccessPlan,
  title: readonly string[],
  body: (database: DatabasePlan) => readonly Sql[],
): string {
  const several = plan.databases.length > 1;
  const parts = plan.databases.map((database) => [
    "",
    `-- Database ${quoteIdentifier(database.name)}`,
    ...(several ? [connectCommand(database.name)] : []),
    ...transaction([onlyIn(database.name), ...body(database)]),
  ]);
  return [...title.map((line) => `-- ${line}`), ...parts.flat(), ""].join("\n");
}

/** The lines of one transaction, in which a name cannot mean a function or an operator that another role has added. */
export function transaction(lines: readonly string[]): string[] {
  return ["BEGIN;", "SET LOCAL search_path = pg_catalog, pg_temp;", ...lines, "COMMIT;"];
}

/** Aborts the transaction, and with it every statement of the part, when it is pasted into another database. */
function onlyIn(database: string): Sql {
  const message = quoteLiteral(`this part is for database ${database}`);
  const block = sql`BEGIN IF pg_catalog.current_database() OPERATOR(pg_catalog.<>) ${quoteLiteral(database)} THEN RAISE EXCEPTION USING MESSAGE = ${message}; END IF; END`;
  return sql`DO ${quoteLiteral(block)};`;
}

/**
 * The command of psql that connects to a database. It accepts a name with special characters only in a connection string;
 * in a URI, each of them can be escaped.
 */
export function connectCommand(database: string): string {
  if (/^[A-Za-z_][\w.-]*$/.test(database)) return `\\connect "${database}"`;
  const escaped = Array.from(Buffer.from(database), (byte) => `%${byte.toString(16).padStart(2, "0")}`);
  return `\\connect -reuse-previous=on "postgresql:///${escaped.join("")}"`;
}
