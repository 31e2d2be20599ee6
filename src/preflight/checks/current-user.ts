import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Check } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";

/**
 * Postgres asks current_user for privileges and for REPLICATION: where the role's sessions run as another role, what
 * the role has does not count. A login as the role tells; where there is none, its settings do.
 */
export const currentUser: Check = {
  id: "current-user",
  category: "role",
  title: "the role's sessions run as the role",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts: { role, connection } }) => {
    const login = connection.role.kind === "read" ? connection.role.value : undefined;
    const asked = login?.outcome === "accepted" ? login.currentUser : undefined;
    if (asked === request.role) return pass(`current_user is ${asked}`);
    if (role.kind !== "read") return notRead(role);
    const { sessionUser } = role.value;
    const user = asked ?? sessionUser?.name;
    if (user === undefined) return pass();
    const message = `sessions of role ${request.role} run as role ${user}`;
    if (sessionUser === undefined)
      return fail(message, [{ object: "current_user", current: user, needed: request.role }], {
        text: "Find what sets it: a login event trigger (\\dy in psql), or the address does not lead to this server.",
      });
    const whose = sql`${quoteIdentifier(request.role)} IN DATABASE ${quoteIdentifier(request.source.database)}`;
    return fail(message, [{ object: "role", current: user, needed: "none", where: sessionUser.source }], {
      text: "Have them run as the role itself; applies to new sessions",
      // The role's setting for this database outranks all others.
      sql: [sql`ALTER ROLE ${whose} SET role = 'none';`],
    });
  },
};
