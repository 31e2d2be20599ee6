import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import type { RoleFacts } from "../facts/role";
import type { PreflightRequest } from "../request";

/**
 * Postgres checks the privileges and REPLICATION of current_user: if the role's sessions run as another role, its own do
 * not count. A login as the role shows this; without one, its settings do.
 */
export const currentUser = defineCheck({
  id: "current-user",
  category: "role",
  title: "the role's sessions run as the role",
  severity: "error",
  requires: ["role-exists"],
  alsoReads: ["roleLogin", "role"],
  judge: ({ request, roleLogin, role }) => {
    const login = valueIfRead(roleLogin);
    const asked = login?.outcome === "accepted" ? login.currentUser : undefined;
    if (asked === request.plan.role.name) return pass(`current_user is ${asked}`);
    return judgeRead(role, ({ sessionUser }) => judgeUser(request, asked, sessionUser));
  },
});

function judgeUser(
  request: PreflightRequest,
  asked: string | undefined,
  sessionUser: RoleFacts["sessionUser"],
): Verdict {
  const user = asked ?? sessionUser?.name;
  if (user === undefined) return pass();
  const message = `sessions of role ${request.plan.role.name} run as role ${user}`;
  if (sessionUser === undefined)
    return fail(message, [{ object: "current_user", current: user, needed: request.plan.role.name }], {
      text: "Find the cause: a login event trigger (\\dy in psql), or the address leads to another server.",
    });
  const whose = sql`${quoteIdentifier(request.plan.role.name)} IN DATABASE ${quoteIdentifier(request.source.database)}`;
  return fail(message, [{ object: "role", current: user, needed: "none", where: sessionUser.source }], {
    text: "Have them run as the role itself; applies to new sessions",
    // The role's setting for this database overrides all others.
    sql: [sql`ALTER ROLE ${whose} SET role = 'none';`],
  });
}
