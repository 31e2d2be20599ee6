import { type PreflightRequest, requestedSchemas } from "../request";

/** The owners that the arguments name for a schema. */
export function namedOwners(request: PreflightRequest, schema: string): readonly string[] {
  return requestedSchemas(request)?.find(({ name }) => name === schema)?.owners ?? [];
}

/** Whether an owner is left out of a schema: the arguments say so, and do not name it there all the same. */
export function isIgnoredOwner(request: PreflightRequest, schema: string, owner: string): boolean {
  return (request.ignoreOwners ?? []).includes(owner) && !namedOwners(request, schema).includes(owner);
}
