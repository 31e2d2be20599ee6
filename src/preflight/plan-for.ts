import { type AccessPlan, accessPlan } from "../access/plan";
import type { AccessState } from "../access/state";
import { isIgnoredOwner } from "./judge/named-owners";
import type { PreflightRequest } from "./request";

/**
 * Plans the access that the role needs: to the schemas asked for (or all that were found), and FOR ROLE of the owners
 * asked for as well as of those that own something there, unless they are to be ignored.
 *
 * @param access - what the catalog says; undefined when it could not be read
 */
export function accessPlanFor(request: PreflightRequest, access: AccessState | undefined): AccessPlan {
  const found = access?.schemas.filter(({ exists }) => exists) ?? [];
  const wanted = request.schemas ?? found.map(({ name }) => ({ name, owners: [] }));
  const schemas = wanted.map(({ name, owners }) => {
    const owning = found.find((schema) => schema.name === name)?.owners ?? [];
    const judged = owning.map((owner) => owner.name).filter((owner) => !isIgnoredOwner(request, name, owner));
    return [name, [...owners, ...judged]] as const;
  });
  return accessPlan({
    role: { name: request.role, create: false, superuser: request.connector && !request.assumeNoSuperuser },
    databases: { [request.source.database]: Object.fromEntries(schemas) },
  });
}
