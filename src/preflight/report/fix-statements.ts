import type { Sql } from "../../postgres/sql-text";
import type { Fix } from "../check/check";

/** The statements of a fix, as every place that prints them parts them. */
export interface FixStatements {
  /** Those that may be run as they are. */
  readonly run: readonly Sql[];
  /** Those that somebody has to decide about first, with what bounds them. */
  readonly decide: readonly Sql[];
  /** What there is to decide, as a sentence; undefined where nothing is. */
  readonly reason: string | undefined;
}

/** Parts the statements of a fix into those that may be run, and those that lose something or are one of several ways. */
export function fixStatements({ sql, destroys, destructive, choice }: Fix): FixStatements {
  if (destroys === undefined)
    return choice === undefined
      ? { run: sql, decide: [], reason: undefined }
      : { run: [], decide: sql, reason: choice };
  const lossy = new Set(destructive ?? sql);
  const isSafe = (statement: Sql) => !lossy.has(statement);
  return {
    // A time limit alone does nothing.
    run: sql.every((statement) => lossy.has(statement) || isSessionSetting(statement))
      ? []
      : sql.filter(isSafe),
    decide: sql.filter((statement) => lossy.has(statement) || isSessionSetting(statement)),
    reason: `This would lose ${destroys}.`,
  };
}

/** The line above statements that need a decision. */
export function decideFirst(reason: string): string {
  return `${reason} Decide first, then run:`;
}

/** Whether a statement only bounds those after it, in its session. */
function isSessionSetting(statement: Sql): boolean {
  return statement.startsWith("SET ");
}
