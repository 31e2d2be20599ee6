import type { CheckInput } from "../check/check";

/**
 * Whether the role is a superuser, or will be: never where it is judged as if it were no superuser. False while the role does
 * not exist, or could not be read.
 */
export function roleIsSuperuser({ request, facts: { access } }: CheckInput): boolean {
  return !request.assumeNoSuperuser && access.kind === "read" && access.value.role?.superuser === true;
}
