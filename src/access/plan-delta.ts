import { z } from "zod";
import { schemaOf } from "../schema-of";
import { type AccessPlan, type Grant, grantSchema, grantsOf, type RolePlan, rolePlanSchema } from "./plan";

/** The changes of access that a deployment makes. */
export interface AccessDelta {
  /** The role when the deployment creates or alters it. */
  readonly role?: RolePlan;
  /** The grants that it makes, in order. */
  readonly grants: readonly Grant[];
}

/** A delta, as a file has it. */
export const accessDeltaSchema = schemaOf<AccessDelta>()(
  z.object({ role: rolePlanSchema.optional(), grants: z.array(grantSchema) }),
);

/**
 * Compares the wanted plan with the one deployed last. On the first install the result is the whole plan, later only
 * what is new. Grants that were deployed but are missing in the catalog are drift, and not part of the result.
 *
 * @param recorded - the plan that was deployed last; undefined on the first install
 * @param wanted - the plan to deploy
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

/** A key that is equal for equal grants. It does not depend on the order of properties, which a state may change. */
function keyOf(grant: Grant): string {
  return JSON.stringify(Object.entries(grant).sort(([a], [b]) => (a < b ? -1 : 1)));
}
