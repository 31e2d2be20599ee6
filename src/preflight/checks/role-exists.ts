import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Verdict } from "../check/check";
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
    if (access.role !== undefined) return request.createsRole ? taken(name) : pass(name);
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

/** CREATE ROLE would fail; a role that someone else created is not altered without being asked for. */
function taken(name: string): Verdict {
  return {
    ...fail(
      `role ${name} already exists, and this program would create it`,
      [{ object: `role ${name}`, current: "exists, and is not in the state of this stack" }],
      {
        text:
          "Use the role as it is: `role.create: false`; it then needs what preflight says. To manage it in this stack, also import it: " +
          "`pulumi import postgresql:index/role:Role <resource name> <role name>`. Or choose another `role.name`.",
      },
    ),
    isFinal: true,
  };
}
