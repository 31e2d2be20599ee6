import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { roleIsSuperuser } from "../judge/role-is-superuser";

/** Ardent sees DDL through event triggers, which only a superuser can create (runbook, step 4). */
export const roleSuperuser = defineCheck({
  id: "role-superuser",
  category: "role",
  title: "the role can create event triggers",
  severity: "error",
  requires: ["role-exists"],
  inputs: ["role.superuser"],
  reads: ["access"],
  byRequest: ({ connector }) =>
    connector
      ? undefined
      : {
          kind: "skipped",
          message: "needed only with a connector, for its event triggers",
        },
  judge: ({ request, access }) => {
    if (roleIsSuperuser(request, access)) return pass("superuser");
    if (access.role?.superuser)
      return fail(
        `without SUPERUSER, ${request.plan.role.name} could not create a connector's event triggers`,
        [
          {
            object: `role ${request.plan.role.name}`,
            current: "SUPERUSER (checked as if it were not)",
            needed: "SUPERUSER",
            where: "pg_roles.rolsuper",
          },
        ],
        {
          text: "Keep it a superuser as long as it has a connector, until Ardent works with a less privileged role.",
        },
      );
    return fail(
      `role ${request.plan.role.name} is not a superuser, but a connector needs event triggers`,
      [
        {
          object: `role ${request.plan.role.name}`,
          current: "NOSUPERUSER",
          needed: "SUPERUSER",
          where: "pg_roles.rolsuper",
        },
      ],
      {
        text: "Make it a superuser, or leave out the connector until Ardent works with a less privileged role:",
        sql: [sql`ALTER ROLE ${quoteIdentifier(request.plan.role.name)} SUPERUSER;`],
        choice: `With its password, ${request.plan.role.name} may then do everything on this server.`,
      },
    );
  },
});
