import type { PrivilegeChange } from "../changes/change";
import { privilegesOnlyIn, privilegeWords, sayTargets, schemaOfTarget } from "../describe";
import type { Phrase } from "../phrase";

/** Changes that read the same, in one item of a list: one grantee, before and after, on all these objects of all these schemas. */
export interface PrivilegeRow {
  readonly effect: "lost" | "replaced" | "changed" | "gained";
  readonly grantee: string;
  readonly schemas: readonly string[];
  /** Whether it is about the schemas themselves. */
  readonly onSchema: boolean;
  /** What in them, or in the database, it is about. */
  readonly objects: readonly Phrase[];
  /** As words; empty for no privileges. */
  readonly before: string;
  readonly after: string;
}

const ORDER = ["lost", "replaced", "changed", "gained"];

/**
 * Groups what changes in one database, so that 200 schemas with the same grants are one row. Losses and replacements come
 * first.
 */
export function privilegeRows(changes: readonly PrivilegeChange[]): PrivilegeRow[] {
  const bySchema = group(changes, (change) => [...keyOf(change), schemaOfTarget(change.target)]);
  const rows = bySchema.flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const schema = schemaOfTarget(first.target);
    return [
      {
        effect: effectOf(first),
        grantee: first.grantee,
        schemas: schema === undefined ? [] : [schema],
        onSchema: same.some(({ target }) => target.kind === "schema"),
        objects: sayTargets(same.map(({ target }) => target).filter(({ kind }) => kind !== "schema")),
        before: privilegeWords(first.before),
        after: privilegeWords(first.after),
      },
    ];
  });
  const merged = group(rows, ({ schemas, ...row }) => [row, schemas.length]).flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [{ ...first, schemas: same.flatMap(({ schemas }) => schemas).toSorted() }];
  });
  return merged.toSorted(
    (one, other) =>
      ORDER.indexOf(one.effect) - ORDER.indexOf(other.effect) ||
      compare(one.schemas.join(), other.schemas.join()) ||
      compare(one.grantee, other.grantee) ||
      // The schema itself, before what is in it.
      one.objects.length - other.objects.length ||
      compare(JSON.stringify(one.objects), JSON.stringify(other.objects)),
  );
}

function keyOf(change: PrivilegeChange): unknown[] {
  const { grantee, before, after } = change;
  return [effectOf(change), grantee, privilegeWords(before), privilegeWords(after)];
}

function effectOf(change: PrivilegeChange): PrivilegeRow["effect"] {
  const lost = privilegesOnlyIn(change.before, change.after).length > 0;
  const gained = privilegesOnlyIn(change.after, change.before).length > 0;
  if (lost) return gained ? "changed" : "lost";
  return change.interrupted ? "replaced" : "gained";
}

/** Groups in the order of each group's first element. */
export function group<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return [...groups.values()];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
