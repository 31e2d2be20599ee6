import { type AccessPlan, type AccessPlanInput, accessPlan } from "../../src/access/plan";

/** A plan for role `ardent` that the deployment creates, unless told otherwise. */
export function planFor(
  databases: AccessPlanInput["databases"],
  role: Partial<AccessPlan["role"]> = {},
): AccessPlan {
  return accessPlan({ role: { name: "ardent", create: true, superuser: true, ...role }, databases });
}
