import { z } from "zod";
import type { Outcome } from "../../preflight/check/check";
import { ardentSlot } from "../../preflight/checks/ardent-slot";
import type { ServerIdentity } from "../../preflight/facts/server-identity";
import type { CheckResult, PreflightReport } from "../../preflight/report";
import type { Properties } from "../provider";

/** The outcomes that are recorded in the state, by check id: what Pulumi shows as a diff when it changes. */
export type RecordedChecks = { readonly [id: string]: Outcome };

/**
 * What a state has recorded. An outcome of which this release does not know the word says nothing: the check counts as
 * one that passed, so that its failure is drift.
 *
 * @returns undefined where nothing was recorded yet
 */
export function recordedChecks({ checks }: Properties): RecordedChecks | undefined {
  if (checks === undefined) return undefined;
  const words = WORDS.parse(checks);
  return Object.fromEntries(
    Object.entries(words).flatMap(([id, word]) => (isOutcome(word) ? [[id, word]] : [])),
  );
}

/** What is no record holds no outcome. */
const WORDS = z.record(z.string(), z.unknown()).catch({});

function isOutcome(word: unknown): word is Outcome {
  return typeof word === "string" && Object.hasOwn(RANK, word);
}

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
  const entries = results.flatMap(({ id, pointInTime, outcome }): [string, Outcome][] => {
    if (pointInTime) return [];
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
  return results.filter(({ id, pointInTime, outcome }) => {
    if (pointInTime) return false;
    const before = recorded?.[id] ?? "pass";
    return RANK[outcome] > 0 && RANK[outcome] > RANK[before];
  });
}

/** What is recorded of these checks, as it was before they got worse; what was not recorded passed. */
export function keepRecordedOutcomes(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
): RecordedChecks {
  return Object.fromEntries(results.map(({ id }): [string, Outcome] => [id, recorded?.[id] ?? "pass"]));
}

/**
 * Which cluster to record. While the connector's slot is gone it stays the one that had it: that tells, for as long as
 * it lasts, what took the slot away.
 */
export function recordServer(
  recorded: ServerIdentity | undefined,
  { source: { cluster }, checks }: PreflightReport,
): ServerIdentity | undefined {
  const slot = checks.find(({ id }) => id === ardentSlot.id);
  return slot?.outcome === "fail" ? recorded : (cluster ?? recorded);
}

const RANK: { readonly [outcome in Outcome]: number } = {
  pass: 0,
  skipped: 0,
  unknown: 0,
  pending: 0,
  warn: 1,
  fail: 2,
};
