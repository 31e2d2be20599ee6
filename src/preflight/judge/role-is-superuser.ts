import type { AccessState } from "../../access/state";
import type { PreflightRequest } from "../request";

/**
 * Whether the role is a superuser, or will be: never if it is judged as if it were not one. False while the role does not
 * exist, or could not be read.
 */
export function roleIsSuperuser(request: PreflightRequest, access: AccessState | undefined): boolean {
  return request.plan.role.superuser && access?.role?.superuser === true;
}
