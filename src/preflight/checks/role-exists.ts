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
    const { name, superuser } = request.plan.role;
    if (access.role !== undefined) return pass(name);
    const role = quoteIdentifier(name);
    return fail(`there is no role ${name}`, [{ object: `role ${name}`, needed: "to exist" }], {
      // No password here: a statement with one would end up in the server's log, and a placeholder in the role.
      text: `Create it as a superuser, then set its password in psql with: \\password ${role}`,
      sql: [
        request.connector && superuser
          ? sql`CREATE ROLE ${role} LOGIN REPLICATION SUPERUSER;`
          : sql`CREATE ROLE ${role} LOGIN REPLICATION;`,
      ],
    });
  },
});
