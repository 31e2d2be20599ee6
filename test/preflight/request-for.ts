import { accessPlan, type SchemaPlan } from "../../src/access/plan";
import type { PreflightRequest } from "../../src/preflight/request";

/** What a test asks, with the access plan by what decides it. */
export interface Asked extends Omit<PreflightRequest, "plan" | "everySchema"> {
  readonly role: string;
  /** Every schema where undefined. */
  readonly schemas?: readonly SchemaPlan[];
  readonly assumeNoSuperuser?: boolean;
  /** Whether the program creates the role; false where undefined. */
  readonly createRole?: boolean;
}

/** The request for what a test asks. */
export function requestFor({
  role,
  schemas,
  assumeNoSuperuser = false,
  createRole = false,
  ...asked
}: Asked): PreflightRequest {
  const owners = Object.fromEntries((schemas ?? []).map(({ name, owners }) => [name, owners]));
  return {
    ...asked,
    plan: accessPlan({
      role: { name: role, create: createRole, superuser: !assumeNoSuperuser },
      databases: { [asked.source.database]: owners },
    }),
    everySchema: schemas === undefined,
  };
}
