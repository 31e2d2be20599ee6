import type { ResourceStep } from "../read/preview";
import { ardentChanges } from "./ardent-changes";
import type { Change, Effect } from "./change";
import { connectionChanges } from "./connection-changes";
import { containerChanges } from "./container-changes";
import { membershipChanges } from "./membership-changes";
import { preflightChanges } from "./preflight-changes";
import { privilegeChanges } from "./privilege-changes";
import { roleChanges } from "./role-changes";

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
 * The resources that change without a change of access that a review understands: those about something else, other
 * settings of a role, a grant that this release does not know. Components, whose children are reviewed, and the engine's
 * own resources are not among them.
 *
 * @param changes - those of the same steps
 */
export function otherChanges(
  steps: readonly ResourceStep[],
  changes: readonly Change[],
): readonly OtherChange[] {
  const reviewed = new Set(changes.flatMap(({ urns }) => urns));
  const effects = new Map<string, OtherChange>();
  for (const { urn, type, name, op, replacing } of steps) {
    const effect = replacing ? "replaced" : EFFECTS.get(op);
    if (effect !== undefined && !reviewed.has(urn) && !isOwnPart(type, effect))
      effects.set(urn, { urn, type, name, effect });
  }
  // The order of independent steps differs between runs.
  return [...effects.values()].toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
}

/**
 * What no reader has to know of: the stack, providers, our components, a helper that works when it is deleted, and a
 * Replication that is created and deleted with its connector.
 */
function isOwnPart(type: string, effect: Effect): boolean {
  return (
    OWN_PARTS.test(type) || (type === "pulumi-nodejs:dynamic/ardent:Replication" && effect !== "changed")
  );
}

const OWN_PARTS =
  /^(pulumi:pulumi:Stack|pulumi:providers:.*|ardent:index:.*|pulumi-nodejs:dynamic\/ardent:RoleCleanup)$/s;

const EFFECTS = new Map<string, Effect>([
  ["create", "created"],
  ["update", "changed"],
  ["delete", "deleted"],
]);
