import type { ObjectType } from "../../access/plan";
import { grantStatement } from "../../access/sql";
import type { Sql } from "../../postgres/sql-text";
import type { Finding } from "../check/check";
import { joinNames } from "./join-names";

/** The future objects of an owner in one schema that the role will not be able to read. */
export interface MissingDefaultPrivileges {
  readonly schema: string;
  readonly owner: string;
  readonly objectTypes: readonly ObjectType[];
}

/** The missing default privileges of an owner in a schema: none or one. */
export function defaultGap(
  schema: string,
  owner: string,
  readable: { readonly defaultTables: boolean; readonly defaultSequences: boolean },
): MissingDefaultPrivileges[] {
  const objectTypes: readonly ObjectType[] = [
    ...(readable.defaultTables ? [] : (["table"] as const)),
    ...(readable.defaultSequences ? [] : (["sequence"] as const)),
  ];
  return objectTypes.length === 0 ? [] : [{ schema, owner, objectTypes }];
}

/** The owners of missing default privileges, each once, in order. */
export function gapOwners(gaps: readonly MissingDefaultPrivileges[]): string[] {
  return [...new Set(gaps.map(({ owner }) => owner))].sort();
}

/** One finding for each owner, for all its schemas together. */
export function gapFinding(owner: string, gaps: readonly MissingDefaultPrivileges[]): Finding {
  const theirs = gaps.filter((gap) => gap.owner === owner);
  const types = new Set(theirs.flatMap(({ objectTypes }) => objectTypes));
  return {
    object: `owner ${owner}`,
    needed: `default SELECT on ${[...types].map((type) => `${type}s`).join(" and ")} in ${schemasOf(theirs)}`,
  };
}

/** The schemas of missing default privileges as text: the first few. */
export function schemasOf(gaps: readonly MissingDefaultPrivileges[]): string {
  return joinNames(gaps.map(({ schema }) => schema));
}

/** The statements that set missing default privileges. */
export function gapStatements(gaps: readonly MissingDefaultPrivileges[], role: string): Sql[] {
  return gaps.flatMap(({ schema, owner, objectTypes }) =>
    objectTypes.map((objectType) =>
      grantStatement({ kind: "default", schema, owner, objectType, privileges: ["SELECT"] }, role),
    ),
  );
}

/** The name of one owner, or the number of several. */
export function ownersText(owners: readonly string[]): string {
  return owners.length === 1 ? `${owners[0]}` : `${owners.length} owners`;
}
