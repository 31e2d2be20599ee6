import type { Outcome } from "../check/check";
import { counted } from "../judge/counted";
import type { PreflightReport } from "../report";

const WRITTEN: readonly (readonly [Outcome, (count: number) => string])[] = [
  ["fail", (count) => `${count} failed`],
  ["unknown", (count) => `${count} unknown`],
  ["warn", (count) => counted(count, "warning")],
  ["pending", (count) => `${count} pending`],
  ["pass", (count) => `${count} passed`],
  ["skipped", (count) => `${count} skipped`],
];

/**
 * Such as "2 failed, 13 pending, 28 passed"; outcomes with a count of 0 are omitted.
 *
 * @param leftOut - an outcome to omit
 */
export function countsText({ summary }: PreflightReport, leftOut?: Outcome): string {
  return WRITTEN.filter(([outcome]) => summary[outcome] > 0 && outcome !== leftOut)
    .map(([outcome, write]) => write(summary[outcome]))
    .join(", ");
}
