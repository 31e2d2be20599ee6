import type { Outcome } from "../check/check";
import type { MissingInput } from "../facts/evidence";
import type { PreflightReport } from "../report";
import { groupNotRun, type NotRun } from "./not-run";
import { wrapAfter } from "./wrap";

/** Texts that differ between the command line and a deployment. */
export interface VerdictWords {
  /** How to provide a missing input; undefined if that is not possible there. */
  readonly missing: { readonly [input in MissingInput]?: string };
  /** The next command; undefined for none. */
  readonly next: string | undefined;
}

/**
 * The summary at the end of a report: which checks failed, what was not judged and how to change that, and what to run
 * next.
 *
 * @param width - the width at which prose wraps, in characters
 */
export function verdictLines(report: PreflightReport, words: VerdictWords, width: number): string[] {
  const named = (label: string, outcome: Outcome) => {
    const ids = report.checks.filter((result) => result.outcome === outcome && result.needs === undefined);
    return ids.length === 0 ? [] : wrapAfter(`${label}: `, ids.map(({ id }) => id).join(", "), width);
  };
  const notJudged = notJudgedTexts(report, words.missing);
  const head = "not judged: ";
  return [
    ...named("failed", "fail"),
    ...named("unknown", "unknown"),
    ...named("warnings", "warn"),
    ...notJudged.flatMap((text, index) =>
      wrapAfter(index === 0 ? head : " ".repeat(head.length), text, width),
    ),
    // A command does not wrap.
    ...(words.next === undefined ? [] : [`next: ${words.next}`]),
  ];
}

/** What was not judged, one text for each reason: how many checks wait for another one, or how to provide an input. */
export function notJudgedTexts({ checks }: PreflightReport, missing: VerdictWords["missing"]): string[] {
  return groupNotRun(checks).flatMap(notRunText(missing));
}

const NOT_RUN = {
  needs: ["check not run: needs", "checks not run: need"],
  waits: ["check waits for", "checks wait for"],
} as const;

function notRunText(missing: VerdictWords["missing"]): (group: NotRun) => string[] {
  return ({ reason, ids }) => {
    if (reason.kind !== "missing") {
      const [one, several] = NOT_RUN[reason.kind];
      return [`${ids.length === 1 ? `1 ${one}` : `${ids.length} ${several}`} ${reason.id}`];
    }
    const text = missing[reason.input];
    if (text === undefined) return [];
    return [reason.input === "deployment" ? `${text}: ${ids.join(", ")}` : text];
  };
}
