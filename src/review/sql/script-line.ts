import type { Sql } from "../../postgres/sql-text";

/** One line of a script, and where it has to run. */
export interface ScriptLine {
  /**
   * `roles`: in any database, before the rest. `databases`: the same, but not in a transaction. `dropped-roles`: after
   * the rest.
   */
  readonly place: "roles" | "databases" | "dropped-roles" | { readonly database: string };
  /** A statement, or a comment for what the script leaves out. */
  readonly text: Sql | Comment;
  readonly verb: Verb;
  /** What the line is about: lines about the same things keep their order. */
  readonly about: string;
}

/** Text for a comment, which can contain names from the program. */
export interface Comment {
  readonly comment: string;
}

/** The kinds of lines, in the order in which a script has them. */
const VERBS = ["create", "REVOKE", "GRANT future", "GRANT", "drop"] as const;
export type Verb = (typeof VERBS)[number];

export type Overlapping = "in-order" | "grants-last";

/**
 * Orders the lines of one place: first what is created, then what is revoked, then grants on future objects before those
 * on existing ones, so that no table created in between is missed. The engine runs independent steps at the same time, so
 * their order in a preview differs between runs; that of a script does not.
 *
 * @param overlapping - what happens where a grant and a revocation are about the same objects, so that their order decides
 *   what holds in the end: `in-order` keeps it, `grants-last` restores what was granted
 */
export function inOrder(lines: readonly ScriptLine[], overlapping: Overlapping): ScriptLine[] {
  const last = new Map<string, { readonly verb: Verb; readonly level: number }>();
  return lines
    .map((line, index) => {
      const before = overlapping === "in-order" ? last.get(line.about) : undefined;
      const own = VERBS.indexOf(line.verb);
      const level = Math.max(
        own,
        before === undefined ? 0 : before.level + (before.verb === line.verb ? 0 : 1),
      );
      last.set(line.about, { verb: line.verb, level });
      return { line, index, level };
    })
    .toSorted(
      (one, other) =>
        one.level - other.level ||
        compare(one.line.about, other.line.about) ||
        (commutes(one.line) && commutes(other.line) ? compare(textOf(one.line), textOf(other.line)) : 0) ||
        one.index - other.index,
    )
    .map(({ line }) => line);
}

function commutes({ verb }: ScriptLine): boolean {
  return verb === "GRANT" || verb === "GRANT future" || verb === "REVOKE";
}

function textOf({ text }: ScriptLine): string {
  return typeof text === "string" ? text : text.comment;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
