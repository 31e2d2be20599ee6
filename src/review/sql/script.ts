import { connectCommand, transaction } from "../../access/sql";
import { quoteIdentifier } from "../../postgres/identifiers";
import { printable } from "../../printable";
import { printableScript } from "../../printable-text";
import type { ResourceStep } from "../read/preview";
import { inOrder, type Overlapping, type ScriptLine } from "./script-line";
import { backwardLines, forwardLines } from "./statements";

/** The SQL of a deployment, as two scripts for `psql -f`; each is empty if it would run nothing. */
export interface ReviewSql {
  readonly forward: string;
  readonly backward: string;
}

/**
 * Writes the SQL that a deployment runs, and the SQL that undoes it. Both can be run as they are, and again.
 *
 * They grant and revoke only what the program names: privileges that a grantee has for other reasons are neither in the
 * preview nor here.
 */
export function reviewSql(steps: readonly ResourceStep[]): ReviewSql {
  return {
    forward: script(forwardLines(steps), "in-order"),
    backward: script(backwardLines(steps), "grants-last"),
  };
}

function script(lines: readonly ScriptLine[], overlapping: Overlapping): string {
  if (lines.every(({ text }) => typeof text !== "string")) return "";
  const texts = (isHere: (place: ScriptLine["place"]) => boolean) =>
    inOrder(
      lines.filter(({ place }) => isHere(place)),
      overlapping,
    ).map(textOf);
  const names = new Set(lines.flatMap(({ place }) => (typeof place === "string" ? [] : [place.database])));
  const parts = [
    section(
      "Roles",
      texts((place) => place === "roles"),
      transaction,
    ),
    section(
      "Databases",
      texts((place) => place === "databases"),
      (statements) => statements,
    ),
    ...[...names].toSorted().map((name) => {
      const inside = texts((place) => typeof place === "object" && place.database === name);
      return section(`Database ${quoteIdentifier(name)}`, inside, (statements) => [
        connectCommand(name),
        ...transaction(statements),
      ]);
    }),
    section(
      "Roles that are dropped",
      texts((place) => place === "dropped-roles"),
      transaction,
    ),
  ];
  return [["\\set ON_ERROR_STOP on"], ...parts.filter((part) => part.length > 0)]
    .map((part) => part.join("\n"))
    .join("\n\n")
    .concat("\n");
}

/** A part of the script; what consists only of comments runs nothing. */
function section(
  title: string,
  texts: readonly string[],
  wrap: (texts: readonly string[]) => readonly string[],
): string[] {
  if (texts.length === 0) return [];
  const runs = texts.some((text) => !text.startsWith("-- "));
  return [`-- ${title}`, ...(runs ? wrap(texts) : texts)];
}

function textOf({ text }: ScriptLine): string {
  return typeof text === "string" ? text : `-- ${printableScript(printable(text.comment))}`;
}
