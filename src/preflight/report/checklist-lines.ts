import type { Colors } from "picocolors/types";
import { CATEGORIES } from "../check/check";
import type { CheckResult } from "../report";
import { resultLines } from "./result-lines";

/**
 * The checklist, by category: one line for a check that passes, and below any other what there is to fix.
 *
 * @param width - at how many characters prose wraps
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
