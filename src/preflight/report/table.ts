import { createColors } from "picocolors";
import { printableLines, printableValue } from "../../printable-text";
import type { CheckResult, PreflightReport } from "../report";
import { checklistLines } from "./checklist-lines";
import { countsText } from "./counts";
import { grantScriptLines } from "./grant-script";
import { withoutConsequences } from "./not-run";
import { type VerdictWords, verdictLines } from "./verdict-lines";

/** The abilities of a terminal. */
export interface Terminal {
  readonly color: boolean;
  /** The width at which prose wraps, in characters. */
  readonly width: number;
}

/**
 * Writes the report for a terminal: the checklist, the grant script if grants are missing, and the summary.
 */
export function renderTable(report: PreflightReport, terminal: Terminal): string {
  const checks = withoutConsequences(report.checks, ["deployment"]);
  const script = grantScriptLines(report);
  return render(report, checks, terminal, {
    script: script.length === 0 ? [] : [createColors(terminal.color).bold("Grant script"), "", ...script, ""],
    counts: countsText(report),
    deployment: "for deployments only",
  });
}

/**
 * Writes the short report for a terminal: without passed and skipped checks, and without the grant script.
 */
export function renderShort(report: PreflightReport, terminal: Terminal): string {
  const checks = withoutConsequences(report.checks).filter(
    ({ outcome }) => outcome !== "pass" && outcome !== "skipped",
  );
  return render(report, checks, terminal, { script: [], counts: countsText(report, "skipped") });
}

interface Parts {
  readonly script: readonly string[];
  readonly counts: string;
  /** The text for checks that only a deployment can make; undefined to omit them. */
  readonly deployment?: string;
}

function render(
  report: PreflightReport,
  checks: readonly CheckResult[],
  { color, width }: Terminal,
  { script, counts, deployment }: Parts,
): string {
  const colors = createColors(color);
  const { host, port, database, serverVersion, role } = report.source;
  const server = serverVersion === undefined ? "" : `, Postgres ${printableValue(serverVersion)}`;
  const place = `${printableValue(database)} at ${printableValue(host)}:${port}`;
  const words: VerdictWords = {
    missing: { ...COMMAND_LINE, ...(deployment === undefined ? {} : { deployment }) },
    next: nextCommand(report),
  };
  const lines = [
    `${place}${server}, as ${printableValue(role)}`,
    "",
    ...checklistLines(checks, colors, width),
    ...script,
    `${report.ok ? colors.green("ready") : colors.red("not ready")}: ${counts}`,
    ...verdictLines(report, words, width - 2).map((line) => `  ${line}`),
    "",
  ];
  return printableLines(lines.join("\n"), { colored: color });
}

const COMMAND_LINE: VerdictWords["missing"] = {
  "egress-ip": "pg_hba.conf: give --egress-ip",
  "role-password": "the role's login: set ARDENT_ROLE_PASSWORD",
  "slot-probe": "whether a slot can be created: leave out --no-slot-probe",
};

function nextCommand({ ok, checks }: PreflightReport): string {
  if (ok) return "pulumi preview";
  const hasStatements = checks.some(
    ({ outcome, fix }) => outcome !== "skipped" && (fix?.sql.length ?? 0) > 0,
  );
  return hasStatements
    ? "pulumi-ardent preflight … --fix-script > fixes.sql"
    : "after the fixes above, pulumi-ardent preflight again";
}
