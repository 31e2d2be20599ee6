import { type PreflightRequest, requestedSchemas } from "../request";

/** The owners in the arguments for a schema. */
export function namedOwners(request: PreflightRequest, schema: string): readonly string[] {
  return requestedSchemas(request)?.find(({ name }) => name === schema)?.owners ?? [];
}

/** Whether an owner is ignored in a schema: it is in `ignoreOwners`, and not in the schema's `owners`. */
export function isIgnoredOwner(request: PreflightRequest, schema: string, owner: string): boolean {
  return (request.ignoreOwners ?? []).includes(owner) && !namedOwners(request, schema).includes(owner);
}
