import type { PreflightRequest } from "../request";

/** The owners that the arguments name for a schema. */
export function namedOwners({ schemas }: PreflightRequest, schema: string): readonly string[] {
  return schemas?.find(({ name }) => name === schema)?.owners ?? [];
}

/** Whether an owner is left out of a schema: the arguments say so, and do not name it there all the same. */
export function isIgnoredOwner(request: PreflightRequest, schema: string, owner: string): boolean {
  return (request.ignoreOwners ?? []).includes(owner) && !namedOwners(request, schema).includes(owner);
}
