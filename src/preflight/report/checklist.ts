import { createColors } from "picocolors";
import { printableLines } from "../../printable-text";
import { counted } from "../counted";
import type { CheckResult, PreflightReport } from "../report";
import { checklistLines, summaryText } from "./lines";

/**
 * Writes the report for a diagnostic of a deployment, without colours: one line when there is nothing to read,
 * otherwise the checklist.
 *
 * @param shown - `all` for a first look; `problems` leaves out what passes or was skipped, for a source that is
 *   known, and counts what is unknown only because another check is
 */
export function renderChecklist(report: PreflightReport, shown: "all" | "problems" = "all"): string {
  const { pass, skipped, warn, fail, pending, unknown } = report.summary;
  if (warn + fail + pending + unknown === 0)
    return `preflight ok: ${counted(pass, "check")} ${pass === 1 ? "passes" : "pass"}${skipped === 0 ? "" : `, ${skipped} skipped`}`;
  const checks = shown === "all" ? report.checks : report.checks.filter(isProblem);
  const behind = shown === "all" ? [] : report.checks.filter(isBehindUnknown);
  const lines = [
    `preflight ${report.ok ? "ok" : "failed"}: ${summaryText(report)}`,
    "",
    ...checklistLines({ ...report, checks }, createColors(false)),
    ...(behind.length === 0 ? [] : [`not judged without that: ${counted(behind.length, "check")}`]),
  ];
  return printableLines(lines.join("\n")).trimEnd();
}

function isProblem(result: CheckResult): boolean {
  return result.outcome !== "pass" && result.outcome !== "skipped" && !isBehindUnknown(result);
}

function isBehindUnknown({ outcome, needs }: CheckResult): boolean {
  return outcome === "unknown" && needs !== undefined;
}
