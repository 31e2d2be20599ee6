import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/** The role that Ardent logs in as (runbook, step 4). */
export const roleExists = defineCheck({
  id: "role-exists",
  category: "role",
  title: "the role exists",
  severity: "error",
  reads: ["access"],
  judge: ({ request, access }) => {
    if (access.role !== undefined) return pass(request.role);
    const role = quoteIdentifier(request.role);
    return fail(
      `there is no role ${request.role}`,
      [{ object: `role ${request.role}`, needed: "to exist" }],
      {
        // No password here: a statement with one would end up in the server's log, and a placeholder in the role.
        text: `Create it as a superuser, then set its password in psql with: \\password ${role}`,
        sql: [
          request.connector && !request.assumeNoSuperuser
            ? sql`CREATE ROLE ${role} LOGIN REPLICATION SUPERUSER;`
            : sql`CREATE ROLE ${role} LOGIN REPLICATION;`,
        ],
      },
    );
  },
});
