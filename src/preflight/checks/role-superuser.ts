import { quoteIdentifier } from "../../postgres/identifiers";
import type { Check } from "../check";
import { fail, notRead, pass } from "../verdict";

/** Ardent captures DDL by event triggers, which only a superuser can create (runbook, step 4). */
export const roleSuperuser: Check = {
  id: "role-superuser",
  category: "role",
  title: "the role may create event triggers",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts: { access } }) => {
    if (!request.connector)
      return { kind: "skipped", message: "only a connector needs it, and none is wanted" };
    if (access.kind !== "read") return notRead(access);
    if (access.value.role?.superuser) return pass("superuser");
    return fail(
      `role ${request.role} is no superuser, and a connector needs event triggers`,
      [
        {
          object: `role ${request.role}`,
          current: "NOSUPERUSER",
          needed: "SUPERUSER",
          where: "pg_roles.rolsuper",
        },
      ],
      {
        text: "Make it a superuser, or do without the connector until Ardent has a narrower role:",
        sql: [`ALTER ROLE ${quoteIdentifier(request.role)} SUPERUSER;`],
      },
    );
  },
};
