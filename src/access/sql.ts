import { qualifiedName, quoteIdentifier, quoteLiteral } from "../postgres/identifiers";
import { joinSql, keywords, type Sql, sql } from "../postgres/sql-text";
import {
  type AccessPlan,
  DATABASE_PRIVILEGES,
  type DatabaseGrant,
  type DatabasePlan,
  type ObjectType,
  type RolePlan,
  type SchemaGrant,
  schemaGrants,
} from "./plan";

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
  const type = objectType === "table" ? sql`TABLE` : sql`SEQUENCE`;
  const objects = joinSql(
    names.map((name) => qualifiedName(schema, name)),
    ", ",
  );
  return sql`GRANT SELECT ON ${type} ${objects} TO ${quoteIdentifier(role)};`;
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

const OBJECTS = { table: sql`TABLES`, sequence: sql`SEQUENCES` };
const PRIVILEGES = keywords(DATABASE_PRIVILEGES);

function statement(verb: "GRANT" | "REVOKE", grant: ScriptGrant, role: string): Sql {
  const does = verb === "GRANT" ? sql`GRANT` : sql`REVOKE`;
  const who = sql`${verb === "GRANT" ? sql`TO` : sql`FROM`} ${quoteIdentifier(role)};`;
  if (grant.kind === "database") {
    const privileges = grant.privileges.map((privilege) => PRIVILEGES[privilege]);
    return sql`${does} ${joinSql(privileges, ", ")} ON DATABASE ${quoteIdentifier(grant.database)} ${who}`;
  }
  const schema = quoteIdentifier(grant.schema);
  if (grant.kind === "schema") return sql`${does} USAGE ON SCHEMA ${schema} ${who}`;
  const objects = OBJECTS[grant.objectType];
  if (grant.kind === "objects") return sql`${does} SELECT ON ALL ${objects} IN SCHEMA ${schema} ${who}`;
  const owner = grant.kind === "default" ? sql` FOR ROLE ${quoteIdentifier(grant.owner)}` : sql``;
  return sql`ALTER DEFAULT PRIVILEGES${owner} IN SCHEMA ${schema} ${does} SELECT ON ${objects} ${who}`;
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
    "BEGIN;",
    "SET LOCAL search_path = pg_catalog, pg_temp;",
    onlyIn(database.name),
    ...body(database),
    "COMMIT;",
  ]);
  return [...title.map((line) => `-- ${line}`), ...parts.flat(), ""].join("\n");
}

/** Aborts the transaction, and with it every statement of the part, when it is pasted into another database. */
function onlyIn(database: string): Sql {
  const message = quoteLiteral(`this part is for database ${database}`);
  const block = sql`BEGIN IF pg_catalog.current_database() OPERATOR(pg_catalog.<>) ${quoteLiteral(database)} THEN RAISE EXCEPTION USING MESSAGE = ${message}; END IF; END`;
  return sql`DO ${quoteLiteral(block)};`;
}

/** psql accepts a name with special characters only in a connection string; in a URI, each of them can be escaped. */
function connectCommand(database: string): string {
  if (/^[A-Za-z_][\w.-]*$/.test(database)) return `\\connect "${database}"`;
  const escaped = Array.from(Buffer.from(database), (byte) => `%${byte.toString(16).padStart(2, "0")}`);
  return `\\connect -reuse-previous=on "postgresql:///${escaped.join("")}"`;
}
