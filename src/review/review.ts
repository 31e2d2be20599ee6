import type { Change, PreflightChange } from "./changes/change";
import { changesOf, type OtherChange, otherChanges } from "./changes/changes";
import { PREFLIGHT } from "./changes/preflight-changes";
import { privilegesOnlyIn } from "./describe";
import type { Phrase } from "./phrase";
import type { Diagnostic, PolicyViolation, Preview, SourcePosition } from "./read/preview";
import { typesOf } from "./read/urn";
import { RULES } from "./rules/catalog";
import { SEVERITIES, type Severity } from "./rules/rule";
import { type ReviewSql, reviewSql } from "./sql/script";

/** One preview to review. */
export interface ReviewInput {
  /** How the environment is called; by default `project/stack`. */
  readonly name?: string;
  readonly preview: Preview;
  /** How `pulumi preview` ended, if it is known. */
  readonly exitCode?: number;
}

/** The review of one preview. */
export interface Review {
  readonly name: string;
  readonly outcome: "changes" | "no-changes" | "failed";
  readonly exitCode?: number;
  /** Whether the preview reached its end; if not, there may be more changes. */
  readonly complete: boolean;
  /** The highest severity of what was found, without what is accepted. */
  readonly risk: Severity | "none";
  readonly counts: Counts;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  /** Resources that change, and that are not reviewed. */
  readonly others: readonly OtherChange[];
  readonly readiness: Readiness;
  /** Why the preview failed. */
  readonly errors: readonly Diagnostic[];
  readonly violations: readonly PolicyViolation[];
  /** What else was printed: warnings, and what preflight says. */
  readonly messages: readonly Diagnostic[];
  readonly sql: ReviewSql;
}

/** What the verdict counts. */
export interface Counts {
  /** One for each privilege of one grantee on one object, or on all of a kind; and for each membership. */
  readonly gained: number;
  readonly lost: number;
  readonly rolesCreated: number;
  readonly rolesAltered: number;
  readonly rolesDropped: number;
  /** Or replaced. */
  readonly connectorsDeleted: number;
}

/** A rule's judgment. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** What it is about, each once. */
  readonly subjects: readonly Subject[];
  /** Why it is accepted, if it is: then it does not count. */
  readonly accepted?: string;
}

export interface Subject {
  readonly text: Phrase;
  readonly position?: SourcePosition;
}

/** What preflight says of the sources. `not-checked`: this preview has no preflight, or none that changes. */
export interface Readiness {
  readonly state: "ready" | "not-ready" | "not-checked";
  readonly preflights: readonly PreflightChange[];
}

/**
 * Reviews a preview.
 *
 * @param accepted - by the id of a rule, why its findings are accepted
 */
export function review(
  { name, preview, exitCode }: ReviewInput,
  accepted: ReadonlyMap<string, string>,
): Review {
  const { steps, diagnostics, violations, complete } = preview;
  const changes = changesOf(steps);
  const others = otherChanges(steps, changes);
  const findings = findingsIn(changes, accepted);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const failed =
    errors.length > 0 || !complete || (exitCode ?? 0) !== 0 || violations.some(({ mandatory }) => mandatory);
  const isQuiet = !steps.some(({ op }) => op === "create" || op === "update" || op === "delete");
  return {
    name:
      name ?? (preview.stack === undefined ? "preview" : `${preview.stack.project}/${preview.stack.name}`),
    outcome: failed ? "failed" : isQuiet ? "no-changes" : "changes",
    ...(exitCode === undefined ? {} : { exitCode }),
    complete,
    risk: highestRisk(findings),
    counts: countsOf(changes),
    findings,
    changes,
    others,
    readiness: readinessOf(changes, errors),
    errors,
    violations,
    messages: diagnostics.filter(({ severity }) => severity !== "error"),
    sql: reviewSql(steps),
  };
}

/** Whether one risk is at least as high as another. */
export function isAtLeast(risk: Review["risk"], severity: Severity): boolean {
  return risk !== "none" && SEVERITIES.indexOf(risk) >= SEVERITIES.indexOf(severity);
}

function findingsIn(changes: readonly Change[], accepted: ReadonlyMap<string, string>): Finding[] {
  const found = RULES.flatMap(({ id, severity, title, judge }) => {
    const subjects = new Map<string, Subject>();
    for (const change of changes) {
      const text = judge(change, changes);
      if (text === undefined) continue;
      const { position } = change;
      subjects.set(JSON.stringify(text), { text, ...(position === undefined ? {} : { position }) });
    }
    if (subjects.size === 0) return [];
    const reason = accepted.get(id);
    const acceptance = reason === undefined ? {} : { accepted: reason };
    // The order of independent steps differs between runs.
    const inOrder = [...subjects].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return [{ rule: id, severity, title, subjects: inOrder.map(([, subject]) => subject), ...acceptance }];
  });
  return found.toSorted((one, other) => weight(other) - weight(one));
}

/** What is accepted comes last. */
function weight({ severity, accepted }: Finding): number {
  return accepted === undefined ? SEVERITIES.indexOf(severity) + 1 : 0;
}

function highestRisk(findings: readonly Finding[]): Review["risk"] {
  const counting = findings.filter(({ accepted }) => accepted === undefined);
  return (
    SEVERITIES.findLast((severity) => counting.some((finding) => finding.severity === severity)) ?? "none"
  );
}

function countsOf(changes: readonly Change[]): Counts {
  const privileges = changes.filter((change) => change.kind === "privilege");
  const memberships = changes.filter((change) => change.kind === "membership");
  const roles = changes.filter((change) => change.kind === "role");
  const connectors = changes.filter((change) => change.kind === "connector");
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    gained:
      sum(privileges.map(({ before, after }) => privilegesOnlyIn(after, before).length)) +
      memberships.filter(({ before }) => before === "none").length,
    lost:
      sum(privileges.map(({ before, after }) => privilegesOnlyIn(before, after).length)) +
      memberships.filter(({ after }) => after === "none").length,
    rolesCreated: roles.filter(({ before }) => before === undefined).length,
    rolesAltered: roles.filter(({ before, after }) => before && after).length,
    rolesDropped: roles.filter(({ after }) => after === undefined).length,
    connectorsDeleted: connectors.filter(({ effect }) => effect === "deleted" || effect === "replaced")
      .length,
  };
}

function readinessOf(changes: readonly Change[], errors: readonly Diagnostic[]): Readiness {
  const preflights = changes.filter((change) => change.kind === "preflight");
  const failed =
    errors.some(({ urn }) => urn !== undefined && typesOf(urn).at(-1) === PREFLIGHT) ||
    preflights.some(({ after }) => Object.values(after).includes("fail"));
  const checked = preflights.some(({ effect }) => effect !== "deleted");
  return { state: failed ? "not-ready" : checked ? "ready" : "not-checked", preflights };
}
