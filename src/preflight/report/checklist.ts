import { createColors } from "picocolors";
import { printableLines } from "../../printable-text";
import type { CheckResult, PreflightReport } from "../report";
import { checklistLines } from "./checklist-lines";
import { countsText } from "./counts";
import { withoutConsequences } from "./not-run";
import { type VerdictWords, verdictLines } from "./verdict-lines";

/**
 * Writes the report for a diagnostic of a deployment, without colors: one line if there is nothing to do, otherwise the
 * checklist and the summary. Nothing wraps, because Pulumi indents it for a terminal of unknown width.
 *
 * @param shown - `all` for a first run; `problems` omits passed and skipped checks, for a known source
 */
export function renderChecklist(report: PreflightReport, shown: "all" | "problems" = "all"): string {
  const headline = `preflight ${verdict(report)}: ${countsText(report)}`;
  const { warn, fail, pending, unknown } = report.summary;
  if (warn + fail + pending + unknown === 0) return headline;
  const checks = withoutConsequences(report.checks).filter((result) => shown === "all" || isProblem(result));
  if (checks.length === 0) return headline;
  const lines = [
    headline,
    "",
    ...checklistLines(checks, createColors(false), Infinity),
    ...verdictLines(report, wordsFor(report, shown), Infinity),
  ];
  return printableLines(lines.join("\n")).trimEnd();
}

function verdict({ ok, summary }: PreflightReport): string {
  if (ok) return "ok";
  return summary.fail > 0 ? "failed" : "incomplete";
}

function isProblem({ outcome }: CheckResult): boolean {
  return outcome !== "pass" && outcome !== "skipped";
}

function wordsFor({ ok }: PreflightReport, shown: "all" | "problems"): VerdictWords {
  return {
    missing: shown === "all" ? ARGUMENTS : {},
    next: ok ? undefined : "after the fixes above, pulumi preview",
  };
}

const ARGUMENTS: VerdictWords["missing"] = {
  "egress-ip": "pg_hba.conf: set egressIp",
  "slot-probe": "whether a slot can be created: pulumi up tests it",
  token: "Ardent's own preflight: set ardent:token or ARDENT_TOKEN",
};
