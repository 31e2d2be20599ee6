import { qualifiedName, quoteIdentifier, quoteLiteral } from "../postgres/identifiers";
import { joinSql, type Sql, sql } from "../postgres/sql-text";
import { type AccessPlan, type DatabasePlan, OBJECT_TYPES, type ObjectType, type SchemaPlan } from "./plan";
import { privilegeStatement } from "./privilege-grant";
import type { DirectGrants, GrantState } from "./read-direct-grants";
import { databaseScript, revokeStatement } from "./sql";

/**
 * Writes the script that revokes what the grant script adds to the state that was read.
 *
 * If grants of the plan are missing, it revokes only these: neither script changes what the role already has. If none is
 * missing, the grants were already made, and the server does not know what the role had before: then it revokes all of
 * them, including default privileges of owners that are no longer in the plan. It never revokes a grant option, what the
 * role has as an owner, SELECT on single columns, or what others granted.
 *
 * @param plan - of one database, the one that was read
 */
export function revokeScript(plan: AccessPlan, direct: DirectGrants): string {
  const wanted = plan.databases.flatMap((database) => database.schemas.flatMap(defaultsOf(direct)));
  const made = nothingMissing(direct, wanted);
  const back: GrantState = made ? "held" : "missing";
  const defaults = made
    ? direct.defaults.filter(({ grantable }) => !grantable)
    : wanted.filter(isMissing(direct));
  return databaseScript(plan, titleOf(plan, direct, made), (database) => [
    ...direct.schemas.toReversed().flatMap((schema) => objectStatements(plan, schema, back, defaults)),
    ...defaults.map((one) =>
      revokeStatement({ ...one, kind: "default", privileges: ["SELECT"] }, plan.role.name),
    ),
    ...direct.schemas
      .filter(({ usage }) => usage === back)
      .map(({ name }) =>
        revokeStatement({ kind: "schema", schema: name, privileges: ["USAGE"] }, plan.role.name),
      ),
    ...databaseStatements(plan, database, direct, back),
  ]);
}

type Default = Pick<DirectGrants["defaults"][number], "schema" | "owner" | "objectType">;
type DirectSchema = DirectGrants["schemas"][number];

/** The default privileges that the grant script sets: of the plan's owners, and of the user who runs it. */
function defaultsOf({ user }: DirectGrants): (schema: SchemaPlan) => Default[] {
  return ({ name, owners }) =>
    [...new Set([user, ...owners])].flatMap((owner) =>
      OBJECT_TYPES.map((objectType) => ({ schema: name, owner, objectType })),
    );
}

function isMissing({ defaults }: DirectGrants): (wanted: Default) => boolean {
  const keyOf = ({ schema, owner, objectType }: Default) => JSON.stringify([schema, owner, objectType]);
  const held = new Set(defaults.map(keyOf));
  return (wanted) => !held.has(keyOf(wanted));
}

function nothingMissing(direct: DirectGrants, wanted: readonly Default[]): boolean {
  return (
    direct.database.every(({ state }) => state !== "missing") &&
    direct.schemas.every(
      ({ usage, table, sequence }) => usage !== "missing" && table.missing === 0 && sequence.missing === 0,
    ) &&
    !wanted.some(isMissing(direct))
  );
}

function databaseStatements(
  { role }: AccessPlan,
  { name, privileges }: DatabasePlan,
  { database }: DirectGrants,
  back: GrantState,
): Sql[] {
  const taken = privileges.filter((privilege) =>
    database.some((one) => one.privilege === privilege && one.state === back),
  );
  if (taken.length === 0) return [];
  return [revokeStatement({ kind: "database", database: name, privileges: taken }, role.name)];
}

function objectStatements(
  { role }: AccessPlan,
  schema: DirectSchema,
  back: GrantState,
  defaults: readonly Default[],
): Sql[] {
  const passedOn = schema.columns.filter((one) => one.passedOn).map(({ table }) => table);
  return OBJECT_TYPES.flatMap((objectType) => {
    const { missing, held, kept } = schema[objectType];
    const number = back === "missing" ? missing : held.length;
    // Also revoke on objects created since then, which are readable because of such a default privilege.
    const later = defaults.some((one) => one.schema === schema.name && one.objectType === objectType);
    if (number === 0 && !later) return [];
    const stay = [...kept, ...(back === "missing" ? held : []), ...(objectType === "table" ? passedOn : [])];
    return [
      stay.length === 0
        ? revokeStatement(
            { kind: "objects", schema: schema.name, objectType, privileges: ["SELECT"] },
            role.name,
          )
        : revokeAllBut(role.name, schema.name, objectType, stay),
      ...(objectType === "table" ? columnStatements(role.name, schema, stay) : []),
    ];
  });
}

/** REVOKE on a table also revokes SELECT on its columns: these are granted again. */
function columnStatements(role: string, { name, columns }: DirectSchema, stay: readonly string[]): Sql[] {
  const untouched = new Set(stay);
  return columns
    .filter(({ table }) => !untouched.has(table))
    .map(({ table, columns: names, grantable }) =>
      privilegeStatement("GRANT", {
        grantee: role,
        privileges: ["SELECT"],
        target: { kind: "columns", schema: name, table, columns: names },
        grantOption: grantable,
      }),
    );
}

const OBJECT_SQL: { readonly [type in ObjectType]: { readonly word: Sql; readonly kinds: Sql } } = {
  table: { word: sql`TABLE`, kinds: sql`'r', 'p', 'v', 'm', 'f'` },
  sequence: { word: sql`SEQUENCE`, kinds: sql`'S'` },
};

/**
 * Postgres has no ALL TABLES EXCEPT, so this is a block that revokes on each object except some. It ignores objects that
 * were dropped since then, and includes those that were created.
 */
function revokeAllBut(role: string, schema: string, objectType: ObjectType, stay: readonly string[]): Sql {
  const { word, kinds } = OBJECT_SQL[objectType];
  const names = joinSql(stay.map(quoteLiteral), ", ");
  const revoke = quoteLiteral(`REVOKE SELECT ON ${word} %I.%I FROM %I`);
  const block = sql`DECLARE o record; BEGIN PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); FOR o IN SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname::text = ${quoteLiteral(schema)} AND c.relkind IN (${kinds}) AND c.relname::text <> ALL (ARRAY[${names}]) LOOP EXECUTE pg_catalog.format(${revoke}, o.nspname, o.relname, ${quoteLiteral(role)}); END LOOP; END`;
  return sql`DO ${quoteLiteral(block)};`;
}

function titleOf({ role }: AccessPlan, direct: DirectGrants, made: boolean): string[] {
  const name = quoteIdentifier(role.name);
  const stays = [
    ...direct.database.flatMap(({ privilege, state, others }) => [
      ...staying(state, made, `${privilege} on the database`),
      ...others.map((other) => grantedBy(`${privilege} on the database`, other)),
    ]),
    ...direct.schemas.flatMap((schema) => schemaStays(schema, made)),
    ...(made ? [] : heldDefaults(direct)),
  ];
  return [
    made
      ? `Revokes the read access of role ${name}. All grants are in place already, so what the role held before them`
      : `Revokes what \`grants\`, printed in the same state, grants role ${name}: what is missing now.`,
    ...(made
      ? ["cannot be told apart and is revoked too. Print this before running the grants to keep it."]
      : ["To revoke all of it, run the grants first, then print this again."]),
    `Run it as ${quoteIdentifier(direct.user)}, the user who runs the grants: REVOKE removes only what the same grantor granted.`,
    "A superuser, and a member of an object's owner, grant as the owner.",
    ...(stays.length === 0 ? [] : ["What remains:", ...stays.map((line) => `  ${line}`)]),
  ];
}

function schemaStays(
  { name, usage, others, table, sequence, columns }: DirectSchema,
  made: boolean,
): string[] {
  const schema = quoteIdentifier(name);
  return [
    ...staying(usage, made, `USAGE on schema ${schema}`),
    ...others.map((other) => grantedBy(`USAGE on schema ${schema}`, other)),
    ...(
      [
        ["tables", table],
        ["sequences", sequence],
      ] as const
    ).flatMap(([objects, { held, kept, others: grantors }]) => {
      const number = kept.length + (made ? 0 : held.length);
      return [
        ...(number === 0 ? [] : [`SELECT on ${number} ${objects} in schema ${schema}`]),
        ...grantors.map((other) => grantedBy(`SELECT on ${objects} in schema ${schema}`, other)),
      ];
    }),
    ...columns.map(
      ({ table: on, passedOn }) =>
        `SELECT on columns of ${qualifiedName(name, on)}${passedOn ? ", and on the whole table: the role granted it to others, so REVOKE fails" : ""}`,
    ),
  ];
}

function heldDefaults({ defaults }: DirectGrants): string[] {
  return defaults.map(
    ({ schema, owner, objectType }) =>
      `default SELECT on ${objectType}s that ${quoteIdentifier(owner)} creates in schema ${quoteIdentifier(schema)}`,
  );
}

function staying(state: GrantState, made: boolean, what: string): string[] {
  return state === "kept" || (state === "held" && !made) ? [what] : [];
}

function grantedBy(what: string, grantor: string): string {
  return `${what} that ${quoteIdentifier(grantor)} granted: only that role can revoke it`;
}
