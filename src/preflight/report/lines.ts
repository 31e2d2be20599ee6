import type { Colors } from "picocolors/types";
import { printable } from "../../printable";
import { printableValue } from "../../printable-text";
import { CATEGORIES, type Finding, type Fix, type Outcome } from "../check";
import { counted } from "../counted";
import type { CheckResult, PreflightReport } from "../report";

const SYMBOLS: { readonly [outcome in Outcome]: string } = {
  pass: "✓",
  warn: "!",
  fail: "✗",
  pending: "…",
  skipped: "-",
  unknown: "?",
};

const AFTERWARDS: { readonly [effect in Fix["effect"]]: string | undefined } = {
  none: undefined,
  reload: "then reload: SELECT pg_catalog.pg_reload_conf();",
  restart: "then restart Postgres",
};

/**
 * How many statements of a fix are shown. A source may need one for each of a thousand schemas, which nobody reads:
 * the rest is counted, and stands in the fix script and in the JSON.
 */
const SHOWN_STATEMENTS = 10;

/** The checklist, by category: one line for a check that passes, and below any other what there is to mend. */
export function checklistLines(report: PreflightReport, colours: Colors): string[] {
  const width = Math.max(...report.checks.map(({ id }) => id.length));
  return CATEGORIES.flatMap((category) => {
    const results = report.checks.filter((result) => result.category === category);
    if (results.length === 0) return [];
    return [colours.bold(category), ...results.flatMap((result) => resultLines(result, width, colours)), ""];
  });
}

/** Such as "3 fail, 1 pending, 27 pass"; outcomes that nothing had are left out. */
export function summaryText({ summary }: PreflightReport): string {
  const order: readonly Outcome[] = ["fail", "unknown", "warn", "pending", "pass", "skipped"];
  return order
    .filter((outcome) => summary[outcome] > 0)
    .map((outcome) => `${summary[outcome]} ${outcome}`)
    .join(", ");
}

function resultLines(result: CheckResult, width: number, colours: Colors): string[] {
  const colour = colourOf(result.outcome, colours);
  const head = `  ${colour(SYMBOLS[result.outcome])} ${result.id.padEnd(width)}  ${printable(headline(result))}`;
  // What the deployment mends needs no more than its line: there is nothing to do about it.
  if (["pass", "pending", "skipped"].includes(result.outcome)) return [head];
  const indent = (line: string) => `      ${line}`;
  const hidden = result.findingCount - result.findings.length;
  return [
    head,
    ...result.findings.map(findingText).map(indent),
    ...(hidden > 0 ? [indent(`and ${hidden} more`)] : []),
    ...(result.fix === undefined ? [] : fixLines(result.fix).map(printable).map(indent)),
    ...(result.fix === undefined ? [] : [indent(colours.dim(`see: ${result.docs}`))]),
  ];
}

function headline({ outcome, title, message }: CheckResult): string {
  if (outcome === "pass") return message === "" ? title : `${title} (${message})`;
  if (outcome === "pending") return `${message} (pending: this deployment mends it)`;
  if (outcome === "skipped") return `skipped: ${message}`;
  if (outcome === "unknown") return `unknown: ${message}`;
  return message;
}

function findingText({ object, current, needed, where }: Finding): string {
  const values = [
    ...(current === undefined ? [] : [`is ${printableValue(current)}`]),
    ...(needed === undefined ? [] : [`needs ${printableValue(needed)}`]),
  ].join(", ");
  const place = where === undefined ? "" : ` (${printableValue(where)})`;
  return `${printableValue(object)}${values === "" ? "" : `: ${values}`}${place}`;
}

function fixLines(fix: Fix): string[] {
  const afterwards = AFTERWARDS[fix.effect];
  const hidden = fix.sql.length - SHOWN_STATEMENTS;
  return [
    ...fix.text.split("\n").map((line, index) => `${index === 0 ? "fix: " : "     "}${line}`),
    ...fix.sql
      .slice(0, SHOWN_STATEMENTS)
      .flatMap((statement) => statement.split("\n"))
      .map((line) => `     ${line}`),
    ...(hidden > 0
      ? [`     … and ${counted(hidden, "more statement")}: pulumi-ardent preflight --fix-script prints all`]
      : []),
    ...(afterwards === undefined ? [] : [`     ${afterwards}`]),
  ];
}

function colourOf(outcome: Outcome, colours: Colors): (text: string) => string {
  if (outcome === "pass") return colours.green;
  if (outcome === "fail" || outcome === "unknown") return colours.red;
  if (outcome === "warn") return colours.yellow;
  return outcome === "pending" ? colours.cyan : colours.dim;
}
