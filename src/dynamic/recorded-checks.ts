import type { Outcome } from "../preflight/check";
import type { CheckResult } from "../preflight/report";

/** The outcomes that are recorded in the state, by check id: what Pulumi shows as a diff when it changes. */
export type RecordedChecks = { readonly [id: string]: Outcome };

/**
 * What to record after a run, so that the record changes only when the source does.
 *
 * A check that could not judge (skipped, unknown) keeps what is recorded of it. A check that passes and of which
 * nothing is recorded stays unrecorded once there is a record: it is no news, and a new release with more checks
 * must not show as a change. A check about the moment of the run is never recorded.
 *
 * @param recorded - what the state holds, undefined on first install
 * @param results - what the run says
 */
export function recordChecks(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
): RecordedChecks {
  const entries = results.flatMap(({ id, momentary, outcome }): [string, Outcome][] => {
    if (momentary) return [];
    const before = recorded?.[id];
    if (outcome === "skipped" || outcome === "unknown") return before === undefined ? [] : [[id, before]];
    if (outcome === "pass" && recorded !== undefined && before === undefined) return [];
    return [[id, outcome]];
  });
  return Object.fromEntries(entries);
}

/** The checks that are worse than what is recorded: drift, in run order. What is about the moment is none. */
export function worsened(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
): readonly CheckResult[] {
  return results.filter(({ id, momentary, outcome }) => {
    if (momentary) return false;
    const before = recorded?.[id] ?? "pass";
    return RANK[outcome] > 0 && RANK[outcome] > RANK[before];
  });
}

const RANK: { readonly [outcome in Outcome]: number } = {
  pass: 0,
  skipped: 0,
  unknown: 0,
  pending: 0,
  warn: 1,
  fail: 2,
};
