import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Check } from "../check";
import { roleIsSuperuser } from "../role-is-superuser";
import { fail, notRead, pass } from "../verdict";

/** Slots and WAL streaming need the attribute; Postgres asks a superuser for no attribute. */
export const roleReplication: Check = {
  id: "role-replication",
  category: "role",
  title: "the role may replicate",
  severity: "error",
  requires: ["role-exists"],
  run: ({ request, facts }) => {
    const { access } = facts;
    if (access.kind !== "read") return notRead(access);
    if (access.value.role?.replication) return pass();
    if (roleIsSuperuser({ request, facts })) return pass("as a superuser");
    return fail(
      `role ${request.role} may not replicate`,
      [
        {
          object: `role ${request.role}`,
          current: "NOREPLICATION",
          needed: "REPLICATION",
          where: "pg_roles.rolreplication",
        },
      ],
      { text: "Allow it:", sql: [sql`ALTER ROLE ${quoteIdentifier(request.role)} REPLICATION;`] },
    );
  },
};
