import { applyPlan } from "../access/apply-plan";
import { createMissing } from "../access/create-missing";
import { planDelta } from "../access/plan-delta";
import { grantScript } from "../access/sql";
import type { AccessState } from "../access/state";
import { CATALOG } from "./check/catalog";
import { type Check, type CheckInput, type Outcome, SHOWN_FINDINGS, type Verdict } from "./check/check";
import { docsUrl } from "./check/docs";
import { configFiles } from "./checks/config-files";
import type { Cause, WaitsFor } from "./facts/evidence";
import type { Facts } from "./facts/facts";
import { planWithOwners } from "./plan-with-owners";
import type { CheckResult, PreflightReport } from "./report";
import type { PreflightRequest } from "./request";
import { DEFAULT_LIMIT_MS } from "./time-limit";

/**
 * Runs the checks on the facts. Pure: the same request and facts give the same report.
 *
 * @param checks - the checks to run, in the order of the report; the whole catalog by default
 */
export function evaluate(
  request: PreflightRequest,
  facts: Facts,
  checks: readonly Check[] = CATALOG,
): PreflightReport {
  const results = judgeAll(checks, request, facts);
  return {
    schemaVersion: 1,
    ok: !results.some(
      ({ severity, outcome }) => severity === "error" && (outcome === "fail" || outcome === "unknown"),
    ),
    source: {
      ...request.source,
      ...(facts.server.kind === "read" ? { serverVersion: facts.server.value.version.text } : {}),
      ...(facts.identity.kind === "read" ? { cluster: facts.identity.value } : {}),
      role: request.plan.role.name,
    },
    limitSeconds: (request.limitMs ?? DEFAULT_LIMIT_MS) / 1_000,
    summary: summarize(results),
    checks: results,
    grantScript: grantScript(
      planWithOwners(request, facts.access.kind === "read" ? facts.access.value : undefined),
    ),
  };
}

function judgeAll(checks: readonly Check[], request: PreflightRequest, facts: Facts): CheckResult[] {
  const byId = new Map(checks.map((check) => [check.id, check]));
  const deployed = afterDeployment(request, facts);
  const created = afterCreation(request, facts);
  const refreshed = afterRefresh(request, facts);
  const results = new Map<string, CheckResult>();

  function resultOf(check: Check): CheckResult {
    const known = results.get(check.id);
    if (known !== undefined) return known;
    const result = judge(check);
    results.set(check.id, result);
    return result;
  }

  function judge(check: Check): CheckResult {
    const unmet = (check.requires ?? [])
      .flatMap((id) => byId.get(id) ?? [])
      .map(resultOf)
      .filter(({ outcome }) => outcome !== "pass" && outcome !== "warn");
    const blocking = unmet.find(({ outcome }) => outcome !== "pending");
    if (blocking !== undefined) return notJudged(check, blocking);

    const [waitsFor] = unmet;
    const now = check.run({ request, facts });
    if (now.kind === "awaited" || (waitsFor === undefined && now.kind !== "fail"))
      return toResult(check, OUTCOMES[now.kind], now);
    if (now.kind === "fail" && now.isFinal) return toResult(check, failureOutcome(check, now), now);
    const then = deployed === undefined ? now : check.run(deployed);
    const waiting: Verdict | undefined = waitsFor && { kind: "skipped", message: `waits for ${waitsFor.id}` };
    const pending = now.kind === "fail" ? now : (waiting ?? now);
    if (then.kind === "pass")
      return toResult(check, "pending", pending, now.kind === "fail" ? undefined : waitsFor?.waitsFor);
    if (created !== undefined && check.run(created).kind === "pass")
      return toResult(check, "pending", pending, "creation");
    if (then.kind !== "fail" && waiting !== undefined) return toResult(check, "skipped", waiting);
    // If it still fails after the deployment, that later state is reported: it is what remains to be fixed.
    const still = then.kind === "fail" ? then : now;
    const result = toResult(check, failureOutcome(check, still), still);
    const isRestored = refreshed !== undefined && check.run(refreshed).kind === "pass";
    return isRestored ? restoredByRefresh(result) : result;
  }

  return correctFilesFirst(checks.map(resultOf));
}

/** A server with invalid files rejects a reload and does not start again: so they must be fixed before anything else. */
function correctFilesFirst(results: CheckResult[]): CheckResult[] {
  if (!results.some(({ id, outcome }) => id === configFiles.id && outcome === "fail")) return results;
  return results.map((result) => {
    const { fix } = result;
    if (fix === undefined || fix.effect === "none") return result;
    return { ...result, fix: { ...fix, text: `Apply the ${configFiles.id} fix first. ${fix.text}` } };
  });
}

const OUTCOMES = { pass: "pass", skipped: "skipped", unknown: "unknown", awaited: "pending" } as const;

function failureOutcome(check: Check, verdict: Verdict): Outcome {
  const severity = (verdict.kind === "fail" ? verdict.severity : undefined) ?? check.severity;
  return severity === "error" ? "fail" : "warn";
}

/** What will be judged when this deployment has made its grants; undefined when it makes none. */
function afterDeployment(request: PreflightRequest, facts: Facts): CheckInput | undefined {
  if (request.delta === undefined || facts.access.kind !== "read") return undefined;
  return deployedInput(request, facts, applyPlan(facts.access.value, request.delta));
}

/** The same if it also creates what its grants name; undefined if it creates nothing. */
function afterCreation(request: PreflightRequest, facts: Facts): CheckInput | undefined {
  const { plan, delta, mayCreate } = request;
  if (mayCreate === undefined || delta === undefined || facts.access.kind !== "read") return undefined;
  const value = applyPlan(
    createMissing(facts.access.value, plan, mayCreate === "role" ? [] : delta.grants),
    delta,
  );
  return deployedInput(request, facts, value);
}

/** The role that exists then is this deployment's. */
function deployedInput(request: PreflightRequest, facts: Facts, access: AccessState): CheckInput {
  return {
    request: { ...request, createsRole: false },
    facts: { ...facts, access: { kind: "read", value: access } },
  };
}

/** The same after a refresh, which removes from the state what it sees missing, so that the deployment makes it again. */
function afterRefresh(request: PreflightRequest, facts: Facts): CheckInput | undefined {
  const whole = planDelta(undefined, request.plan);
  if (!request.deployed || whole === undefined || facts.access.kind !== "read") return undefined;
  const { value } = facts.access;
  const unseen = value.schemas.filter(({ tables }) => tables.onlyPartitioned).map(({ name }) => name);
  const grants = whole.grants.filter(
    (grant) => grant.kind !== "objects" || grant.objectType !== "table" || !unseen.includes(grant.schema),
  );
  return deployedInput(request, facts, applyPlan(value, { ...whole, grants }));
}

function restoredByRefresh(result: CheckResult): CheckResult {
  const { fix } = result;
  if (fix === undefined) return result;
  if (fix.sql.length === 0) return { ...result, restoredByRefresh: true };
  const text = `\`pulumi up --refresh\` restores it (\`pulumi up\` alone does not: the state still has it). By hand: ${fix.text}`;
  return { ...result, fix: { ...fix, text }, restoredByRefresh: true };
}

/** The outcome of a check whose required check did not pass: after an unknown one it is unknown too. */
function notJudged(check: Check, blocking: CheckResult): CheckResult {
  const outcome = blocking.outcome === "unknown" ? "unknown" : "skipped";
  const why = { fail: "", skipped: ", which was skipped", unknown: ", which is unknown" };
  const reason = blocking.outcome in why ? why[blocking.outcome as keyof typeof why] : "";
  const verdict: Verdict = { kind: outcome, message: `needs ${blocking.id}${reason}`, needs: blocking.id };
  return toResult(check, outcome, verdict);
}

function toResult(check: Check, outcome: Outcome, verdict: Verdict, waitsFor?: WaitsFor): CheckResult {
  const { id, category, title, severity, pointInTime } = check;
  const failed = verdict.kind === "fail" ? verdict : undefined;
  const fix = verdict.kind === "pass" ? undefined : verdict.fix;
  return {
    id,
    category,
    title,
    severity,
    ...(pointInTime === undefined ? {} : { pointInTime }),
    outcome,
    ...(failed?.refused === undefined ? {} : { refused: failed.refused }),
    ...causeOf(verdict),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    message: verdict.message ?? "",
    findings: failed?.findings.slice(0, SHOWN_FINDINGS) ?? [],
    findingCount: failed?.findingCount ?? failed?.findings.length ?? 0,
    // A pending check needs no action: the deployment fixes it.
    ...(fix !== undefined && outcome !== "pending" ? { fix } : {}),
    docs: docsUrl(id),
  };
}

function causeOf(verdict: Verdict): Cause {
  if (verdict.kind === "pass" || verdict.kind === "fail") return {};
  const { needs, missing, waitsFor } = verdict;
  return {
    ...(needs === undefined ? {} : { needs }),
    ...(missing === undefined ? {} : { missing }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

function summarize(results: readonly CheckResult[]): PreflightReport["summary"] {
  const count = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
  return {
    pass: count("pass"),
    warn: count("warn"),
    fail: count("fail"),
    pending: count("pending"),
    skipped: count("skipped"),
    unknown: count("unknown"),
  };
}
