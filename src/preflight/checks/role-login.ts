import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Check } from "../check";
import { roleIsSuperuser } from "../role-is-superuser";
import { fail, notRead, pass } from "../verdict";

/** A role without LOGIN, or with no session allowed, has no use for its password. */
export const roleLogin: Check = {
  id: "role-login",
  category: "role",
  title: "the role may log in",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts }) => {
    const { access, role } = facts;
    if (access.kind !== "read") return notRead(access);
    const object = `role ${request.role}`;
    const alter = sql`ALTER ROLE ${quoteIdentifier(request.role)}`;
    if (access.value.role?.login !== true)
      return fail(
        `role ${request.role} may not log in`,
        [{ object, current: "NOLOGIN", needed: "LOGIN", where: "pg_roles.rolcanlogin" }],
        { text: "Allow it:", sql: [sql`${alter} LOGIN;`] },
      );
    // Postgres holds no superuser to its limit.
    const limited = !roleIsSuperuser({ request, facts });
    if (limited && role.kind === "read" && role.value.attributes?.connectionLimit === 0)
      return fail(
        `role ${request.role} is allowed no connection`,
        [{ object, current: "CONNECTION LIMIT 0", needed: "-1 (no limit)", where: "pg_roles.rolconnlimit" }],
        { text: "Lift the limit:", sql: [sql`${alter} CONNECTION LIMIT -1;`] },
      );
    return pass();
  },
};
