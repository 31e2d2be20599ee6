import { createColors } from "picocolors";
import { code, codeBlock, details } from "../../markdown-text";
import type { CheckResult, PreflightReport } from "../report";
import { checklistLines } from "./checklist-lines";
import { countsText } from "./counts";
import { grantScriptLines } from "./grant-script";
import { withoutConsequences } from "./not-run";

/**
 * Writes the report as Markdown, for a comment or the summary of a CI service: the verdict, what did not pass with its
 * fixes, and below, hidden until a reader opens it, the grant script if grants are missing, and every check.
 */
export function renderMarkdown(report: PreflightReport): string {
  const { database, host, port } = report.source;
  const checks = withoutConsequences(report.checks);
  const problems = checks.filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped");
  const script = grantScriptLines(report);
  const verdict = report.ok ? "ready" : "not ready";
  return `${[
    `### ${code(database)} at ${code(`${host}:${port}`)}: ${verdict}; ${countsText(report)}`,
    ...(problems.length === 0 ? [] : [checklist(problems)]),
    ...(script.length === 0 ? [] : [details("Grant script", codeBlock(script.join("\n"), "sql"))]),
    details("All checks", checklist(report.checks)),
  ].join("\n\n")}\n`;
}

function checklist(checks: readonly CheckResult[]): string {
  return codeBlock(checklistLines(checks, createColors(false), Number.POSITIVE_INFINITY).join("\n"));
}
