import { type AccessPlan, type Grant, grantsOf, type RolePlan } from "./plan";

/** What a deployment changes about access. */
export interface AccessDelta {
  /** The role when the deployment creates or alters it. */
  readonly role?: RolePlan;
  /** The grants that it makes, in order. */
  readonly grants: readonly Grant[];
}

/**
 * Compares what is to be deployed with what was deployed last: all of it on the first install, later only what is
 * new. What the record has and the catalog has lost is drift, and no part of it.
 *
 * @param recorded - the plan that was deployed last; undefined on the first install
 * @param wanted - the plan that is to be deployed
 * @returns undefined when nothing is added
 */
export function planDelta(recorded: AccessPlan | undefined, wanted: AccessPlan): AccessDelta | undefined {
  const same = recorded?.role.name === wanted.role.name ? recorded : undefined;
  const deployed = new Set(same === undefined ? [] : grantsOf(same).map(keyOf));
  const grants = grantsOf(wanted).filter((grant) => !deployed.has(keyOf(grant)));
  const role = wanted.role.create && !(same?.role.create && same.role.superuser === wanted.role.superuser);
  if (!role && grants.length === 0) return undefined;
  return { ...(role ? { role: wanted.role } : {}), grants };
}

/** Tells grants apart, whatever the order of their properties, which a recorded plan may have lost. */
function keyOf(grant: Grant): string {
  return JSON.stringify(Object.entries(grant).sort(([a], [b]) => (a < b ? -1 : 1)));
}
