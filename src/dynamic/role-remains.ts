import type { RemainingObject, RoleRemains } from "../access/read-role-remains";
import { quoteIdentifier } from "../postgres/identifiers";

/**
 * Says why DROP ROLE will be refused, and with which SQL to mend it.
 *
 * DROP OWNED is never proposed: it drops tables.
 *
 * @param role - the role that is about to be dropped
 * @param heir - who is to own what the role owns
 * @param place - the database and server that were looked at, in words
 * @returns lines to print, none when nothing is in the way
 */
export function describeRemains(role: string, heir: string, place: string, remains: RoleRemains): string[] {
  const { here, elsewhere } = remains;
  if (here.count === 0 && elsewhere.length === 0) return [];
  const more = here.count - here.objects.length;
  return [
    `Ardent: DROP ROLE ${quoteIdentifier(role)} will be refused; something is left in ${place}:`,
    ...here.objects.map(({ how, description }) => `  ${VERBS[how]} ${description}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...elsewhere.map(({ database, count }) => `  in database ${database}: ${count} more, to be seen there`),
    "  what mends it, as a superuser; then destroy again:",
    ...[
      ...reassign(here.owns, role, heir),
      ...here.objects.flatMap((object) => revokeSql(object, quoteIdentifier(role))),
      ...elsewhere.flatMap(({ database }) => [
        `-- connected to ${quoteIdentifier(database)}; then REVOKE what was granted there`,
        ...reassign(true, role, heir),
      ]),
    ].map((line) => `    ${line.replaceAll(/[\r\n]+/g, " ")}`),
  ];
}

const VERBS = { owned: "owns", granted: "holds privileges on", named: "is named in" } as const;

function reassign(owns: boolean, role: string, heir: string): string[] {
  return owns ? [`REASSIGN OWNED BY ${quoteIdentifier(role)} TO ${quoteIdentifier(heir)};`] : [];
}

/** What REVOKE calls the types of objects that pg_identify_object names otherwise. */
const REVOKED_AS: { readonly [type: string]: string } = {
  aggregate: "ROUTINE",
  database: "DATABASE",
  "foreign table": "TABLE",
  "foreign-data wrapper": "FOREIGN DATA WRAPPER",
  function: "ROUTINE",
  language: "LANGUAGE",
  "large object": "LARGE OBJECT",
  "materialized view": "TABLE",
  procedure: "ROUTINE",
  schema: "SCHEMA",
  sequence: "SEQUENCE",
  server: "FOREIGN SERVER",
  table: "TABLE",
  tablespace: "TABLESPACE",
  type: "TYPE",
  view: "TABLE",
};

function revokeSql({ how, type, identity, defaults }: RemainingObject, role: string): string[] {
  if (how !== "granted") return [];
  if (defaults !== undefined) {
    const inSchema = defaults.schema === undefined ? "" : ` IN SCHEMA ${quoteIdentifier(defaults.schema)}`;
    return [
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(defaults.owner)}${inSchema} REVOKE ALL ON ${defaults.objects} FROM ${role};`,
    ];
  }
  const keyword = REVOKED_AS[type];
  // The identity comes quoted from the server.
  return keyword === undefined ? [] : [`REVOKE ALL ON ${keyword} ${identity} FROM ${role};`];
}
