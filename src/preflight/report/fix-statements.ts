import type { Sql } from "../../postgres/sql-text";
import type { Fix } from "../check/check";

/** The statements of a fix, in the groups in which they are printed. */
export interface FixStatements {
  /** Those that can be run as they are. */
  readonly run: readonly Sql[];
  /** Those that need a decision first, with their time limits. */
  readonly decide: readonly Sql[];
  /** A sentence that says what to decide; undefined if there is nothing to decide. */
  readonly reason: string | undefined;
}

/** Groups the statements of a fix into those that can be run, and those that need a decision. */
export function fixStatements({ sql, destroys, destructive, choice }: Fix): FixStatements {
  if (destroys === undefined)
    return choice === undefined
      ? { run: sql, decide: [], reason: undefined }
      : { run: [], decide: sql, reason: choice };
  const lossy = new Set(destructive ?? sql);
  const isSafe = (statement: Sql) => !lossy.has(statement);
  return {
    // A time limit alone has no effect.
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

/** Whether a statement only limits the following ones in its session. */
function isSessionSetting(statement: Sql): boolean {
  return statement.startsWith("SET ");
}
