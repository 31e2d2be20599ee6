import type { MissingInput } from "../facts/evidence";
import type { CheckResult } from "../report";

/** Checks that were not run for the same reason. */
export interface NotRun {
  readonly reason:
    | { readonly kind: "needs"; readonly id: string }
    | { readonly kind: "waits"; readonly id: string }
    | { readonly kind: "missing"; readonly input: MissingInput };
  readonly ids: readonly string[];
}

/**
 * Groups the checks that were not run by their reason: a check that could not run also stops those that need it, so a
 * failed login is one reason instead of forty.
 */
export function groupNotRun(checks: readonly CheckResult[]): NotRun[] {
  const byId = new Map(checks.map((result) => [result.id, result]));
  const groups = new Map<string, NotRun>();
  for (const result of checks) {
    const reason = reasonOf(result, byId);
    if (reason === undefined) continue;
    const key = JSON.stringify(reason);
    groups.set(key, { reason, ids: [...(groups.get(key)?.ids ?? []), result.id] });
  }
  return [...groups.values()];
}

/**
 * The checks, without those that were not run because of another one, which the summary counts.
 *
 * @param inputs - checks that were not run because one of these inputs is missing are omitted too
 */
export function withoutConsequences(
  checks: readonly CheckResult[],
  inputs: readonly MissingInput[] = [],
): CheckResult[] {
  const leftOut = new Set(
    groupNotRun(checks).flatMap(({ reason, ids }) => {
      const all = reason.kind === "missing" && inputs.includes(reason.input);
      return all ? ids : ids.filter((id) => checks.find((check) => check.id === id)?.needs !== undefined);
    }),
  );
  return checks.filter(({ id }) => !leftOut.has(id));
}

/** The first in the chain of checks that need each other says why; undefined for a check that was run. */
function reasonOf(result: CheckResult, byId: ReadonlyMap<string, CheckResult>): NotRun["reason"] | undefined {
  if (!["skipped", "unknown", "pending"].includes(result.outcome)) return undefined;
  const chain = new Set([result]);
  let first = result;
  for (;;) {
    const next = first.needs === undefined ? undefined : byId.get(first.needs);
    if (next === undefined || chain.has(next)) break;
    chain.add(next);
    first = next;
  }
  if (first.missing !== undefined) return { kind: "missing", input: first.missing };
  if (first === result) return undefined;
  return { kind: result.outcome === "pending" ? "waits" : "needs", id: first.id };
}
