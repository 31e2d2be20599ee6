import { createColors } from "picocolors";
import type { PreflightReport } from "../report";
import { checklistLines, summaryText } from "./lines";

/**
 * Writes the report for a diagnostic of a deployment, without colours: one line when there is nothing to read,
 * otherwise the checklist.
 *
 * @param shown - `all` for a first look; `problems` leaves out what passes or was skipped, for a source that is
 *   known
 */
export function renderChecklist(report: PreflightReport, shown: "all" | "problems" = "all"): string {
  const { pass, skipped, warn, fail, pending, unknown } = report.summary;
  if (warn + fail + pending + unknown === 0)
    return `preflight ok: ${pass} checks pass${skipped === 0 ? "" : `, ${skipped} skipped`}`;
  const checks =
    shown === "all"
      ? report.checks
      : report.checks.filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped");
  return [
    `preflight ${report.ok ? "ok" : "failed"}: ${summaryText(report)}`,
    "",
    ...checklistLines({ ...report, checks }, createColors(false)),
  ]
    .join("\n")
    .trimEnd();
}
