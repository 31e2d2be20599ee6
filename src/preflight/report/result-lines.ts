import type { Colors } from "picocolors/types";
import type { Sql } from "../../postgres/sql-text";
import { printable } from "../../printable";
import { printableLines, printableValue } from "../../printable-text";
import type { Finding, Fix, Outcome } from "../check/check";
import type { WaitsFor } from "../facts/evidence";
import { counted } from "../judge/counted";
import type { CheckResult } from "../report";
import { decideFirst, fixStatements } from "./fix-statements";
import { wrap, wrapAfter } from "./wrap";

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
 * How many statements of a fix are shown. A source can need one for each of a thousand schemas: the others are counted
 * here, and are in the fix script and in the JSON.
 */
const SHOWN_STATEMENTS = 10;

/** The layout of the checklist. */
export interface Layout {
  readonly colors: Colors;
  /** The width at which prose wraps, in characters; statements, names and lines to paste never wrap. */
  readonly width: number;
  /** The width of the column of ids. */
  readonly idWidth: number;
}

/** The line of a check; one that did not pass is followed by its findings and fixes. */
export function resultLines(result: CheckResult, layout: Layout): string[] {
  const { colors, width } = layout;
  const head = headLines(result.outcome, result.id, headline(result), layout);
  // A pending check is only one line, because there is nothing to do.
  if (["pass", "pending", "skipped"].includes(result.outcome)) return head;
  const hidden = result.findingCount - result.findings.length;
  const room = width - INDENT.length;
  return [
    ...head,
    ...[
      ...result.findings.flatMap((finding) => findingLines(finding, room)),
      ...(hidden > 0 ? [`and ${hidden} more`] : []),
      ...(result.fix === undefined ? [] : fixLines(result.fix, room)),
      ...(result.fix === undefined ? [] : [colors.dim(`see: ${result.docs}`)]),
    ].map((line) => `${INDENT}${line}`),
  ];
}

/** The line of several pending checks. */
export function pendingLines(label: string, text: string, layout: Layout): string[] {
  return headLines("pending", label, text, layout);
}

function headLines(
  outcome: Outcome,
  label: string,
  text: string,
  { colors, width, idWidth }: Layout,
): string[] {
  const symbol = SYMBOLS[outcome];
  const rest = ` ${label.padEnd(idWidth)}  `;
  const shown = `  ${colorOf(outcome, colors)(symbol)}${rest}`;
  return wrapAfter(`  ${symbol}${rest}`, oneLine(text), width, shown).map((line) => line.trimEnd());
}

const INDENT = " ".repeat(6);

/** Limited before it is wrapped, because a server's message can be very long. */
export function oneLine(text: string): string {
  return printableLines(printable(text));
}

function headline({ outcome, title, message, waitsFor }: CheckResult): string {
  if (outcome === "pass") return message === "" ? title : `${title} (${message})`;
  if (outcome === "pending") return `${message}${PENDING[waitsFor ?? "fix"]}`.trimStart();
  if (outcome === "skipped") return `skipped: ${message}`;
  if (outcome === "unknown") return `unknown: ${message}`;
  return message;
}

/** Why the deployment is waited for. */
const PENDING: { readonly [reason in WaitsFor | "fix"]: string } = {
  fix: " (pending: this deployment will fix it)",
  creation: " (pending: may be created by this deployment)",
  value: "",
};

/** `object: current value (where it is set); needs X`. The object is a name or a line to search for, so it does not wrap. */
function findingLines({ object, current, needed, where }: Finding, width: number): string[] {
  const name = printableValue(object);
  const place = where === undefined ? "" : ` (${printableValue(where)})`;
  const needs = needed === undefined ? undefined : `needs ${printableValue(needed)}`;
  if (current === undefined && needs === undefined) return [`${name}${place}`];
  const values =
    current === undefined
      ? `${needs}${place}`
      : `${printableValue(current)}${place}${needs === undefined ? "" : `; ${needs}`}`;
  // The name stays in one piece, even with spaces and quotes.
  const [first = "", ...others] = wrap(`${"x".repeat(name.length)}: ${values}`, width - 2);
  return [`${name}${first.slice(name.length)}`, ...others.map((line) => `  ${line}`)];
}

/**
 * Lines after one that ends with a colon are for pasting, so they do not wrap, and neither do statements. Statements that
 * need a decision come last, after the line that says why.
 */
function fixLines(fix: Fix, width: number): string[] {
  const afterwards = AFTERWARDS[fix.effect];
  const { run, decide, reason } = fixStatements(fix);
  const shownRun = run.slice(0, SHOWN_STATEMENTS);
  const shownDecide = decide.slice(0, SHOWN_STATEMENTS - shownRun.length);
  const hidden = run.length + decide.length - shownRun.length - shownDecide.length;
  const lines = fix.text.split("\n").map(oneLine);
  const pastedFrom = lines.findIndex((line) => line.endsWith(":")) + 1 || lines.length;
  const room = width - FIX.length;
  const more = `… and ${counted(hidden, "more statement")}: pulumi-ardent preflight --fix-script prints all`;
  return [
    ...lines.slice(0, pastedFrom).flatMap((line) => wrap(line, room)),
    ...lines.slice(pastedFrom),
    ...statementLines(shownRun),
    ...(reason === undefined || decide.length === 0 ? [] : wrap(oneLine(decideFirst(reason)), room)),
    ...statementLines(shownDecide),
    ...(hidden > 0 ? [more] : []),
    ...(afterwards === undefined ? [] : [afterwards]),
  ].map((line, index) => `${index === 0 ? FIX : " ".repeat(FIX.length)}${line}`);
}

function statementLines(statements: readonly Sql[]): string[] {
  return statements.flatMap((statement) => statement.split("\n")).map(printable);
}

const FIX = "fix: ";

function colorOf(outcome: Outcome, colors: Colors): (text: string) => string {
  if (outcome === "pass") return colors.green;
  if (outcome === "fail" || outcome === "unknown") return colors.red;
  if (outcome === "warn") return colors.yellow;
  return outcome === "pending" ? colors.cyan : colors.dim;
}
