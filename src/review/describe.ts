import type { GrantTarget } from "../access/privilege-grant";
import { isPublic } from "../access/privilege-grant";
import { UNKNOWN } from "../unknown-value";
import type { ContainerChange, HeldPrivilege } from "./changes/change";
import { joinPhrases, KNOWN_LATER, type Phrase, say } from "./phrase";

/** The objects of a privilege, without the schema that they are in. */
export function sayTarget(target: GrantTarget): Phrase {
  switch (target.kind) {
    case "database":
      return ["the database"];
    case "schema":
      return ["the schema"];
    case "all":
      return [`all ${target.objectType}s`];
    case "objects":
      return [
        `${target.objectType} `,
        ...joinPhrases(
          target.names.map((name) => say`${name}`),
          ", ",
        ),
      ];
    case "columns":
      return say`column ${joinPhrases(
        target.columns.map((name) => say`${name}`),
        ", ",
      )} of table ${target.table}`;
    case "foreign":
      return [`foreign ${target.type} `, { name: target.name }];
    case "future": {
      const where = target.schema === undefined ? " in any schema" : "";
      return [
        ...say`${[`${target.objectType}s`]} that ${target.owner ?? "the administrator"} will create`,
        where,
      ];
    }
  }
}

type Future = Extract<GrantTarget, { kind: "future" }>;

function sayFuture(types: readonly string[], { owner, schema }: Pick<Future, "owner" | "schema">): Phrase {
  const who = owner === undefined ? ["the administrator"] : say`${owner}`;
  const where = schema === undefined ? [" in any schema"] : [];
  return say`${[types.map((type) => `${type}s`).join(" and ")]} that ${who} will create${where}`;
}

/** The objects of several privileges: what there is, and what each owner will create. */
export function sayTargets(targets: readonly GrantTarget[]): Phrase[] {
  const existing = targets.filter((target) => target.kind !== "future");
  const future = new Map<string, Future[]>();
  for (const target of targets) {
    if (target.kind !== "future") continue;
    const key = JSON.stringify([target.owner, target.schema]);
    future.set(key, [...(future.get(key) ?? []), target]);
  }
  return [
    ...existing
      .map(sayTarget)
      .toSorted(byText)
      .toSorted((one, other) => rank(one) - rank(other)),
    ...[...future]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([, same]) => {
        const [first] = same;
        const types = same
          .map(({ objectType }) => objectType)
          .toSorted()
          .toReversed();
        return first === undefined ? [] : [sayFuture(types, first)];
      }),
  ];
}

/** Names after what has none. */
function rank(phrase: Phrase): number {
  return phrase.length === 1 ? 0 : 1;
}

function byText(one: Phrase, other: Phrase): number {
  const [text, otherText] = [JSON.stringify(one), JSON.stringify(other)];
  return text < otherText ? -1 : text > otherText ? 1 : 0;
}

/** The schema of a privilege; undefined for one that is not about a schema. */
export function schemaOfTarget(target: GrantTarget): string | undefined {
  return "schema" in target ? target.schema : undefined;
}

/** Where a privilege holds, in one sentence. */
export function sayPlace(database: string, target: GrantTarget): Phrase {
  if (target.kind === "database") return say`database ${database}`;
  const schema = schemaOfTarget(target);
  if (schema === undefined) return say`${sayTarget(target)}, database ${database}`;
  if (target.kind === "schema") return say`schema ${schema}, database ${database}`;
  return say`${sayTarget(target)} in schema ${schema}, database ${database}`;
}

/** A grantee: PUBLIC is every role. */
export function sayGrantee(grantee: string): Phrase {
  return isPublic(grantee) ? ["PUBLIC (every role)"] : say`${grantee}`;
}

/** Privileges as words. */
export function privilegeWords(held: readonly HeldPrivilege[]): string {
  return held
    .map(({ privilege, grantOption }) => {
      const word = privilege === UNKNOWN ? KNOWN_LATER : privilege;
      return grantOption ? `${word} (grantable)` : word;
    })
    .toSorted()
    .join(", ");
}

/** The privileges that the first list has and the second does not; ALL has every one. */
export function privilegesOnlyIn(
  held: readonly HeldPrivilege[],
  other: readonly HeldPrivilege[],
): readonly HeldPrivilege[] {
  const has = (wanted: HeldPrivilege) =>
    other.some(
      ({ privilege, grantOption }) =>
        (privilege === wanted.privilege || privilege === "ALL") && (grantOption || !wanted.grantOption),
    );
  return held.filter((one) => !has(one));
}

/** What happens to a database or a schema. */
export function sayContainer(change: ContainerChange): Phrase {
  const { kind, name, database, effect, ownerBefore, ownerAfter, cascade } = change;
  const where = database === undefined ? [] : say` in database ${database}`;
  const what = say`${[kind]} ${name}${where} is ${[VERBS[effect]]}`;
  if (cascade) return say`${what}, with all that it contains`;
  if (ownerBefore !== ownerAfter && ownerAfter !== undefined) return say`${what}, owned by ${ownerAfter}`;
  return what;
}

/** What happened, after "is". */
export const VERBS = {
  created: "created",
  changed: "changed",
  replaced: "replaced",
  deleted: "deleted",
} as const;
