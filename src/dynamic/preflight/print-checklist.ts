import type { PreflightReport } from "../../preflight/report";
import { renderChecklist } from "../../preflight/report/checklist";
import { printableValue } from "../../printable-text";
import { type Properties, UNKNOWN } from "../provider";
import { log } from "../runtime/engine-log";
import { sourceSchema } from "../source/source-inputs";
import type { PreflightInputs } from "./preflight-inputs";
import { withoutOutage } from "./without-outage";

/**
 * The report as an error shows it.
 *
 * @param isFirst - whether nothing is installed yet
 */
export function checklistOf(inputs: PreflightInputs, report: PreflightReport, isFirst: boolean): string {
  return renderChecklist(report, { place: placeOf(inputs), isFirst });
}

/** Prints a report, without what is printed once for all sources of a run. */
export function printChecklist(inputs: PreflightInputs, report: PreflightReport, isFirst: boolean): void {
  log(checklistOf(inputs, withoutOutage(report), isFirst));
}

/** Prints a line about a source. */
export function printOfSource(inputs: Pick<PreflightInputs, "source">, line: string): void {
  log(ofSource(inputs, line));
}

/** Prints that too little is known to check anything. */
export function printNotKnown(news: Properties, unknown: readonly string[]): void {
  const text = `preflight: not known before the deployment: ${unknown.join(", ")}`;
  const { data } = sourceSchema.safeParse(news.source);
  if (data === undefined) log(text);
  else printOfSource({ source: data }, text);
}

/** A line about a source, which names it. */
export function ofSource(inputs: Pick<PreflightInputs, "source">, line: string): string {
  return `${printableValue(placeOf(inputs))}: ${line}`;
}

/** What lines call the source, because a program can have several. */
function placeOf({ source: { host, port, database } }: Pick<PreflightInputs, "source">): string {
  const name = database === UNKNOWN ? "<source.database>" : database;
  return `${name} at ${host === UNKNOWN ? "<source.host>" : `${host}:${port}`}`;
}
