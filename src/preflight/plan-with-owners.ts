import { type AccessPlan, accessPlan } from "../access/plan";
import type { AccessState } from "../access/state";
import { isIgnoredOwner } from "./judge/named-owners";
import { type PreflightRequest, requestedSchemas } from "./request";

/**
 * The request's plan with what was found: every schema where all are asked for, and FOR ROLE also of those that own
 * something in a schema, unless they are to be ignored. The role is left as it is: what it lacks is said by checks of its
 * own.
 *
 * @param access - what the catalog says; undefined when it could not be read
 */
export function planWithOwners(request: PreflightRequest, access: AccessState | undefined): AccessPlan {
  const found = access?.schemas.filter(({ exists }) => exists) ?? [];
  const wanted = requestedSchemas(request) ?? found.map(({ name }) => ({ name, owners: [] }));
  const schemas = wanted.map(({ name, owners }) => {
    const owning = found.find((schema) => schema.name === name)?.owners ?? [];
    const judged = owning.map((owner) => owner.name).filter((owner) => !isIgnoredOwner(request, name, owner));
    return [name, [...owners, ...judged]] as const;
  });
  return accessPlan({
    role: { ...request.plan.role, create: false },
    databases: { [request.source.database]: Object.fromEntries(schemas) },
  });
}
