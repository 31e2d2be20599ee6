import type { Colors } from "picocolors/types";
import { CATEGORIES } from "../check/check";
import type { CheckResult } from "../report";
import { resultLines } from "./result-lines";

/**
 * The checklist, by category: one line for a passed check; any other is followed by its findings and fixes.
 *
 * @param width - the width at which prose wraps, in characters
 */
export function checklistLines(checks: readonly CheckResult[], colors: Colors, width: number): string[] {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  return CATEGORIES.flatMap((category) => {
    const results = checks.filter((result) => result.category === category);
    if (results.length === 0) return [];
    const layout = { colors, width, idWidth };
    return [colors.bold(category), ...results.flatMap((result) => resultLines(result, layout)), ""];
  });
}
