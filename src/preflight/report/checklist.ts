import { createColors } from "picocolors";
import { printableLines, printableValue } from "../../printable-text";
import type { CheckResult, PreflightReport } from "../report";
import { countsText } from "./counts";
import { withoutConsequences } from "./not-run";
import { type CheckGroup, groupPending, labelOf, pendingText } from "./pending-groups";
import { oneLine, pendingLines, resultLines } from "./result-lines";
import { notJudgedTexts, type VerdictWords } from "./verdict-lines";

/** How a deployment shows a report. */
export interface ChecklistOptions {
  /** What its lines call the source, because a program can have several: `shop at db.example.com:5432`. */
  readonly place: string;
  /** Whether nothing is installed yet: then it says which arguments are missing for checks. */
  readonly isFirst: boolean;
}

/**
 * Writes the report for a diagnostic of a deployment, without colors. The first line has the counts, and says if the source
 * cannot be reached. What failed and what is pending follows, and how to see the rest. Each line names the source, except
 * for the indented ones below it. Nothing wraps, because Pulumi indents it for a terminal of unknown width.
 */
export function renderChecklist(report: PreflightReport, { place, isFirst }: ChecklistOptions): string {
  const name = printableValue(place);
  const headline = `${name}: preflight ${verdict(report)}: ${countsText(report)}`;
  const problems = withoutConsequences(report.checks)
    .filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped")
    .toSorted((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
  const unreached = problems.find(isUnreached(report));
  // What Ardent warns of then has the same cause.
  const others =
    unreached === undefined
      ? problems
      : problems.filter((problem) => problem !== unreached && problem.outcome !== "warn");
  const first =
    unreached === undefined
      ? headline
      : printableLines(`${headline}; ${unreached.id}: ${inOneLine(unreached)}`);
  if (others.length === 0) return first;
  const ofSource = (line: string) => `${line} [${name}]`;
  const lines = [
    first,
    ...groupLines(groupPending(others)).flatMap(([row, ...details]) => [ofSource(row), ...details]),
    ...notJudgedTexts(report, isFirst ? ARGUMENTS : {}).map((text) => ofSource(`- not judged: ${text}`)),
    ...(report.ok ? [] : [ofSource(nextText(report))]),
  ];
  return printableLines(lines.join("\n"));
}

/** What failed comes first. */
const ORDER: readonly CheckResult["outcome"][] = ["fail", "unknown", "warn", "pending"];

function verdict({ ok, summary }: PreflightReport): string {
  if (ok) return "ok";
  return summary.fail > 0 ? "failed" : "incomplete";
}

/** Whether nothing could be read because of a check: the source cannot be reached. */
function isUnreached({ checks }: PreflightReport): (check: CheckResult) => boolean {
  return ({ id, category }) =>
    category === "connection" && checks.some(({ outcome, needs }) => outcome === "unknown" && needs === id);
}

function inOneLine({ message, fix }: CheckResult): string {
  return oneLine(fix === undefined ? message : `${message}. ${fix.text.replaceAll("\n", " ")}`);
}

/** The lines of each group: the first one, and its details. */
function groupLines(groups: readonly CheckGroup[]): [string, ...string[]][] {
  const idWidth = Math.max(...groups.map((group) => labelOf(group).length));
  const layout = { colors: createColors(false), width: Infinity, idWidth };
  return groups.map((group) => {
    const [only, ...others] = group;
    const lines =
      others.length === 0
        ? resultLines(only, layout)
        : pendingLines(labelOf(group), pendingText(group), layout);
    const [first = "", ...details] = lines.map((line) => line.slice(MARGIN));
    return [first, ...details];
  });
}

/** The table's margin, which the engine has already. */
const MARGIN = 2;

function nextText({ checks }: PreflightReport): string {
  const open = checks.filter(({ outcome }) => outcome === "fail" || outcome === "unknown");
  const next = open.every(({ restoredByRefresh = false }) => restoredByRefresh)
    ? "pulumi up --refresh"
    : "after the fixes above, pulumi preview";
  return `next: ${next}; npx pulumi-ardent preflight <url> shows all ${checks.length} checks`;
}

const ARGUMENTS: VerdictWords["missing"] = {
  "egress-ip": "pg_hba.conf: set egressIp",
  "slot-probe": "whether a slot can be created: pulumi up tests it",
  token: "Ardent's own preflight: set ardent:token or ARDENT_TOKEN",
};
