import { z } from "zod";
import type { Outcome } from "../../preflight/check/check";
import { ardentSlot } from "../../preflight/checks/ardent-slot";
import type { ServerIdentity } from "../../preflight/facts/server-identity";
import type { CheckResult, PreflightReport } from "../../preflight/report";
import { type Properties, UNKNOWN } from "../provider";

/** The outcomes that are recorded in the state, by check id: Pulumi shows their changes as a diff. */
export type RecordedChecks = { readonly [id: string]: Outcome };

/** The same in a preview, with Pulumi's unknown value for an outcome that only the deployment can tell. */
export type PreviewedChecks = { readonly [id: string]: Outcome | typeof UNKNOWN };

/**
 * The recorded outcomes of a state. If this release does not know a recorded outcome, the check counts as passed, so that
 * its failure is drift.
 *
 * @returns undefined if nothing was recorded yet
 */
export function recordedChecks({ checks }: Properties): RecordedChecks | undefined {
  if (checks === undefined) return undefined;
  const words = WORDS.parse(checks);
  return Object.fromEntries(
    Object.entries(words).flatMap(([id, word]) => (isOutcome(word) ? [[id, word]] : [])),
  );
}

/** A value that is not a record contains no outcomes. */
const WORDS = z.record(z.string(), z.unknown()).catch({});

function isOutcome(word: unknown): word is Outcome {
  return typeof word === "string" && Object.hasOwn(RANK, word);
}

/**
 * What to record after a run, so that the record changes only when the source does.
 *
 * A check without a result (skipped, unknown, or pending, which says that another run will tell) keeps its record, and so
 * does one that failed because this run's own login or token was rejected: that says nothing about the source.
 * If there is a record without this check and it passes, it stays unrecorded: a new release with more checks must not
 * cause a change. A check about the moment of the run is never recorded.
 *
 * @param recorded - the record in the state, undefined on the first install
 * @param results - the results of the run
 * @param driftFails - whether drift stops the update; a rejected login or token then changes the record, which is what
 *   makes the engine run the update that fails
 */
export function recordChecks(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
  driftFails = false,
): RecordedChecks {
  const entries = results.flatMap((result): [string, Outcome][] => {
    const { id, pointInTime, outcome } = result;
    if (pointInTime) return [];
    const before = recorded?.[id];
    const stays = isUndecided(result) || (result.refused === true && !driftFails);
    if (stays) return before === undefined ? [] : [[id, before]];
    if (outcome === "pass" && recorded !== undefined && before === undefined) return [];
    return [[id, outcome]];
  });
  return Object.fromEntries(entries);
}

/**
 * What a preview records before a deployment that creates something: the outcomes that the deployment is to tell are
 * unknown values, of which Pulumi's update plans take any result. On the first install these are all without a result.
 */
export function previewedChecks(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
  driftFails = false,
): PreviewedChecks {
  const isOpen = (result: CheckResult) =>
    !result.pointInTime && (recorded === undefined ? isUndecided(result) : result.outcome === "pending");
  const open = results.filter(isOpen).map(({ id }) => [id, UNKNOWN] as const);
  return { ...recordChecks(recorded, results, driftFails), ...Object.fromEntries(open) };
}

function isUndecided({ outcome }: CheckResult): boolean {
  return outcome === "skipped" || outcome === "unknown" || outcome === "pending";
}

/** The checks that got worse than their record: drift, in run order. Checks about the moment are never drift. */
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

/** The record of these checks, as it was before they got worse; an unrecorded one counts as passed. */
export function keepRecordedOutcomes(
  recorded: RecordedChecks | undefined,
  results: readonly CheckResult[],
): RecordedChecks {
  return Object.fromEntries(results.map(({ id }): [string, Outcome] => [id, recorded?.[id] ?? "pass"]));
}

/**
 * The cluster to record. While the connector's slot is missing, or it is not known whether it is, the record stays the
 * cluster that had it: so every report can say what removed the slot.
 */
export function recordServer(
  recorded: ServerIdentity | undefined,
  { source: { cluster }, checks }: PreflightReport,
): ServerIdentity | undefined {
  const slot = checks.find(({ id }) => id === ardentSlot.id);
  const isAsBefore = slot?.outcome === "fail" || slot?.outcome === "unknown" || slot?.needs !== undefined;
  return isAsBefore ? recorded : (cluster ?? recorded);
}

const RANK: { readonly [outcome in Outcome]: number } = {
  pass: 0,
  skipped: 0,
  unknown: 0,
  pending: 0,
  warn: 1,
  fail: 2,
};
