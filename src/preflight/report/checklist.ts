import { createColors } from "picocolors";
import type { PreflightReport } from "../report";
import { checklistLines, summaryText } from "./lines";

/**
 * Writes the report for a diagnostic of a deployment: one line when there is nothing to read, otherwise the
 * checklist without colours.
 */
export function renderChecklist(report: PreflightReport): string {
  const { pass, skipped, warn, fail, pending, unknown } = report.summary;
  if (warn + fail + pending + unknown === 0)
    return `preflight ok: ${pass} checks pass${skipped === 0 ? "" : `, ${skipped} skipped`}`;
  return [
    `preflight ${report.ok ? "ok" : "failed"}: ${summaryText(report)}`,
    "",
    ...checklistLines(report, createColors(false)),
  ]
    .join("\n")
    .trimEnd();
}
