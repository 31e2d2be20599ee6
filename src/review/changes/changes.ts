import type { ResourceStep } from "../read/preview";
import { ARDENT_TYPES, ardentChanges } from "./ardent-changes";
import type { Change, Effect } from "./change";
import { connectionChanges } from "./connection-changes";
import { CONTAINERS, containerChanges } from "./container-changes";
import { grantedBy, isGrant } from "./granted";
import { GRANT_ROLE, membershipChanges } from "./membership-changes";
import { PREFLIGHT, preflightChanges } from "./preflight-changes";
import { privilegeChanges } from "./privilege-changes";
import { ROLE, roleChanges } from "./role-changes";

/** Everything about access that a deployment changes, for any program. */
export function changesOf(steps: readonly ResourceStep[]): readonly Change[] {
  return [
    ...roleChanges(steps),
    ...membershipChanges(steps),
    ...privilegeChanges(steps),
    ...containerChanges(steps),
    ...ardentChanges(steps),
    ...connectionChanges(steps),
    ...preflightChanges(steps),
  ];
}

/** A resource that changes, and that a review does not judge. */
export interface OtherChange {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly effect: Effect;
}

/**
 * The changes that are not reviewed: of resources about something else, and of a grant that this release does not
 * understand. Components, whose children are reviewed, and the engine's own resources are not among them.
 */
export function otherChanges(steps: readonly ResourceStep[]): readonly OtherChange[] {
  const effects = new Map<string, OtherChange>();
  for (const { urn, type, name, op, replacing, before, after } of steps) {
    const effect = replacing ? "replaced" : EFFECTS.get(op);
    const isUnderstood =
      REVIEWED.has(type) || (isGrant(type) && [before, after].some((inputs) => grantedBy(type, inputs)));
    if (effect !== undefined && !isUnderstood && !OWN_PARTS.test(type))
      effects.set(urn, { urn, type, name, effect });
  }
  // The order of independent steps differs between runs.
  return [...effects.values()].toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
}

const REVIEWED: ReadonlySet<string> = new Set([
  ROLE,
  GRANT_ROLE,
  PREFLIGHT,
  ...CONTAINERS.keys(),
  ...Object.values(ARDENT_TYPES),
]);

/** What no reader has to know of: the stack, providers, and our components and helpers. */
const OWN_PARTS =
  /^(pulumi:pulumi:Stack|pulumi:providers:.*|ardent:index:.*|pulumi-nodejs:dynamic\/ardent:.*)$/s;

const EFFECTS = new Map<string, Effect>([
  ["create", "created"],
  ["update", "changed"],
  ["delete", "deleted"],
]);
