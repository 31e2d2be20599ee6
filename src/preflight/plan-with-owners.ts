import { type AccessPlan, accessPlan } from "../access/plan";
import type { AccessState } from "../access/state";
import { isIgnoredOwner } from "./judge/named-owners";
import { type PreflightRequest, requestedSchemas } from "./request";

/**
 * Adds what was found to the request's plan: all schemas if all are requested, and FOR ROLE also the roles that own
 * objects in a schema, unless they are ignored. The role itself is not changed: other checks report what it lacks.
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
