import type { ObjectType } from "../../access/plan";
import { grantStatement } from "../../access/sql";
import type { OwnerState, SchemaState } from "../../access/state";
import type { Check, Finding } from "../check";
import { fail, notRead, pass } from "../verdict";

/**
 * What owners create later is readable too (runbook, step 4).
 *
 * Judged are the owners that own tables in a schema, since they will make more there, and those that are named in
 * the arguments. An owner of tables is judged even when it is a superuser: default privileges follow whoever creates
 * a table, superuser or not, and the runbook has them set for every table owner. The role itself is not: it reads
 * what it owns.
 */
export const defaultPrivileges: Check = {
  id: "default-privileges",
  category: "grants",
  title: "the role will be able to read future tables and sequences",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts: { access } }) => {
    if (access.kind !== "read") return notRead(access);
    const schemas = access.value.schemas.filter(({ exists }) => exists);
    const gaps = schemas.flatMap((schema) => {
      const named = request.schemas?.find(({ name }) => name === schema.name)?.owners ?? [];
      return schema.owners
        .filter(({ name, tables }) => name !== request.role && (tables > 0 || named.includes(name)))
        .flatMap((owner) => gapOf(schema, owner));
    });
    if (gaps.length === 0) return pass();
    return fail(
      `${request.role} will not be able to read what ${ownersOf(gaps)} will create`,
      findingsOf(gaps),
      {
        text: [
          ...(gaps.some(({ owner }) => !owner.exists)
            ? ["Correct the name of the owner that does not exist, or create that role first."]
            : []),
          ...(gaps.some(({ owner }) => owner.exists)
            ? [
                "Name them as owners in the arguments, so that the deployment grants it, or grant it as a superuser or a member of each:",
              ]
            : []),
        ].join("\n"),
        sql: gaps
          .filter(({ owner }) => owner.exists)
          .flatMap(({ schema, owner, objectTypes }) =>
            objectTypes.map((objectType) =>
              grantStatement(
                { kind: "default", schema, owner: owner.name, objectType, privileges: ["SELECT"] },
                request.role,
              ),
            ),
          ),
      },
    );
  },
};

/** What of an owner's future objects in one schema stays closed. */
interface Gap {
  readonly schema: string;
  readonly owner: OwnerState;
  readonly objectTypes: readonly ObjectType[];
}

function gapOf({ name }: SchemaState, owner: OwnerState): Gap[] {
  const objectTypes: readonly ObjectType[] = [
    ...(owner.defaultTables ? [] : (["table"] as const)),
    ...(owner.defaultSequences ? [] : (["sequence"] as const)),
  ];
  return objectTypes.length === 0 ? [] : [{ schema: name, owner, objectTypes }];
}

/** By owner: twenty owners are twenty things to look at, in however many schemas. */
function findingsOf(gaps: readonly Gap[]): Finding[] {
  return ownerNames(gaps).map((name) => {
    const theirs = gaps.filter(({ owner }) => owner.name === name);
    const schemas = theirs.map(({ schema }) => schema).join(", ");
    if (theirs.some(({ owner }) => !owner.exists))
      return { object: `owner ${name}`, needed: "to exist", where: `named for ${schemas}` };
    const types = new Set(theirs.flatMap(({ objectTypes }) => objectTypes));
    return {
      object: `owner ${name}`,
      needed: `default SELECT on ${[...types].map((type) => `${type}s`).join(" and ")} in ${schemas}`,
    };
  });
}

function ownersOf(gaps: readonly Gap[]): string {
  const names = ownerNames(gaps);
  return names.length === 1 ? `${names[0]}` : `${names.length} owners`;
}

function ownerNames(gaps: readonly Gap[]): string[] {
  return [...new Set(gaps.map(({ owner }) => owner.name))].sort();
}
