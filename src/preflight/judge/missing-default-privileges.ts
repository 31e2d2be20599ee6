import type { ObjectType } from "../../access/plan";
import { grantStatement } from "../../access/sql";
import type { Sql } from "../../postgres/sql-text";
import type { Finding } from "../check/check";
import { joinNames } from "./join-names";

/** What of an owner's future objects in one schema stays closed to the role. */
export interface MissingDefaultPrivileges {
  readonly schema: string;
  readonly owner: string;
  readonly objectTypes: readonly ObjectType[];
}

/** The gap that an owner leaves in a schema: none or one. */
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

/** The owners of gaps, each once, in order. */
export function gapOwners(gaps: readonly MissingDefaultPrivileges[]): string[] {
  return [...new Set(gaps.map(({ owner }) => owner))].sort();
}

/** What one owner's gaps need: twenty owners are twenty things to look at, in however many schemas. */
export function gapFinding(owner: string, gaps: readonly MissingDefaultPrivileges[]): Finding {
  const theirs = gaps.filter((gap) => gap.owner === owner);
  const types = new Set(theirs.flatMap(({ objectTypes }) => objectTypes));
  return {
    object: `owner ${owner}`,
    needed: `default SELECT on ${[...types].map((type) => `${type}s`).join(" and ")} in ${schemasOf(theirs)}`,
  };
}

/** The schemas of gaps, for reading: the first few. */
export function schemasOf(gaps: readonly MissingDefaultPrivileges[]): string {
  return joinNames(gaps.map(({ schema }) => schema));
}

/** The statements that close gaps. */
export function gapStatements(gaps: readonly MissingDefaultPrivileges[], role: string): Sql[] {
  return gaps.flatMap(({ schema, owner, objectTypes }) =>
    objectTypes.map((objectType) =>
      grantStatement({ kind: "default", schema, owner, objectType, privileges: ["SELECT"] }, role),
    ),
  );
}

/** The owners by name where it is one, by number where they are more. */
export function ownersText(owners: readonly string[]): string {
  return owners.length === 1 ? `${owners[0]}` : `${owners.length} owners`;
}
