import { accessPlan, type SchemaPlan } from "../../src/access/plan";
import type { PreflightRequest } from "../../src/preflight/request";

/** What a test asks, with the access plan by what decides it. */
export interface Asked extends Omit<PreflightRequest, "plan" | "everySchema"> {
  readonly role: string;
  /** Every schema where undefined. */
  readonly schemas?: readonly SchemaPlan[];
  readonly assumeNoSuperuser?: boolean;
}

/** The request for what a test asks, of a role that the deployment does not create. */
export function requestFor({ role, schemas, assumeNoSuperuser = false, ...asked }: Asked): PreflightRequest {
  const owners = Object.fromEntries((schemas ?? []).map(({ name, owners }) => [name, owners]));
  return {
    ...asked,
    plan: accessPlan({
      role: { name: role, create: false, superuser: !assumeNoSuperuser },
      databases: { [asked.source.database]: owners },
    }),
    everySchema: schemas === undefined,
  };
}
