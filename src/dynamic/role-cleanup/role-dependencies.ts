import {
  DEFAULT_PRIVILEGE_OBJECTS,
  type RemainingObject,
  type RoleDependencies,
} from "../../access/read-role-dependencies";
import { quoteIdentifier } from "../../postgres/identifiers";
import { integerSql, joinSql, keywords, type Sql, sql } from "../../postgres/sql-text";

/**
 * Says why DROP ROLE will fail, and with which SQL to fix it.
 *
 * DROP OWNED is never proposed: it drops tables.
 *
 * @param role - the role that is about to be dropped
 * @param newOwner - the future owner of the role's objects
 * @param place - the database and server, as text
 * @returns lines to print, none if DROP ROLE will work
 */
export function describeDependencies(
  role: string,
  newOwner: string,
  place: string,
  remains: RoleDependencies,
): string[] {
  const { here, elsewhere } = remains;
  if (here.count === 0 && elsewhere.length === 0) return [];
  const more = here.count - here.objects.length;
  return [
    `Ardent: DROP ROLE ${quoteIdentifier(role)} will fail: objects or privileges remain in ${place}:`,
    ...here.objects.map(({ how, description }) => `  ${VERBS[how]} ${description}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...elsewhere.map(({ database, count }) => `  in database ${database}: ${count} more; list them there`),
    "  to fix this, run as a superuser, then destroy again:",
    ...[
      ...reassign(here.owns, role, newOwner),
      ...here.objects.flatMap((object) => revokeSql(object, quoteIdentifier(role))),
      ...elsewhere.flatMap(({ database }) => [
        `-- connected to ${quoteIdentifier(database)}; then REVOKE what was granted there`,
        ...reassign(true, role, newOwner),
      ]),
    ].map((line) => `    ${line.replaceAll(/[\r\n]+/g, " ")}`),
  ];
}

const VERBS = { owned: "owns", granted: "holds privileges on", named: "is named in" } as const;

function reassign(owns: boolean, role: string, newOwner: string): Sql[] {
  return owns ? [sql`REASSIGN OWNED BY ${quoteIdentifier(role)} TO ${quoteIdentifier(newOwner)};`] : [];
}

/** REVOKE's names of object types that pg_identify_object names differently. */
const REVOKED_AS: ReadonlyMap<string, Sql> = new Map([
  ["aggregate", sql`ROUTINE`],
  ["database", sql`DATABASE`],
  ["foreign table", sql`TABLE`],
  ["foreign-data wrapper", sql`FOREIGN DATA WRAPPER`],
  ["function", sql`ROUTINE`],
  ["language", sql`LANGUAGE`],
  ["large object", sql`LARGE OBJECT`],
  ["materialized view", sql`TABLE`],
  ["procedure", sql`ROUTINE`],
  ["schema", sql`SCHEMA`],
  ["sequence", sql`SEQUENCE`],
  ["server", sql`FOREIGN SERVER`],
  ["table", sql`TABLE`],
  ["tablespace", sql`TABLESPACE`],
  ["type", sql`TYPE`],
  ["view", sql`TABLE`],
]);
const DEFAULTS_ON = keywords(DEFAULT_PRIVILEGE_OBJECTS);

function revokeSql(object: RemainingObject, role: Sql): Sql[] {
  const { how, type, defaults } = object;
  if (how !== "granted") return [];
  if (defaults !== undefined) {
    const inSchema =
      defaults.schema === undefined ? sql`` : sql` IN SCHEMA ${quoteIdentifier(defaults.schema)}`;
    return [
      sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(defaults.owner)}${inSchema} REVOKE ALL ON ${DEFAULTS_ON[defaults.objects]} FROM ${role};`,
    ];
  }
  const keyword = REVOKED_AS.get(type);
  if (keyword === undefined || object.name === undefined) return [];
  return [sql`REVOKE ALL ON ${keyword} ${nameSql(object, object.name)} FROM ${role};`];
}

function nameSql({ type, argumentTypes }: RemainingObject, name: readonly string[]): Sql {
  if (type === "large object") return integerSql(Number(name[0]));
  if (argumentTypes === undefined) return qualified(name);
  return sql`${qualified(name)}(${joinSql(argumentTypes.map(qualified), ", ")})`;
}

function qualified(name: readonly string[]): Sql {
  return joinSql(name.map(quoteIdentifier), ".");
}
