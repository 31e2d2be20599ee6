import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { roleIsSuperuser } from "../judge/role-is-superuser";

/** Ardent captures DDL by event triggers, which only a superuser can create (runbook, step 4). */
export const roleSuperuser = defineCheck({
  id: "role-superuser",
  category: "role",
  title: "the role may create event triggers",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  byRequest: ({ connector }) =>
    connector
      ? undefined
      : {
          kind: "skipped",
          message: "only a connector needs it, for its event triggers, and none is wanted",
        },
  judge: ({ request, access }) => {
    if (roleIsSuperuser(request, access)) return pass("superuser");
    if (access.role?.superuser)
      return fail(
        `without superuser, ${request.role} could not create the event triggers of a connector`,
        [
          {
            object: `role ${request.role}`,
            current: "SUPERUSER, judged as if it were not",
            needed: "SUPERUSER",
            where: "pg_roles.rolsuper",
          },
        ],
        {
          text: "Leave it a superuser as long as it has a connector: this is what remains until Ardent works with a narrower role.",
        },
      );
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
        sql: [sql`ALTER ROLE ${quoteIdentifier(request.role)} SUPERUSER;`],
        choice: `With its password, ${request.role} may then do everything on this server.`,
      },
    );
  },
});
