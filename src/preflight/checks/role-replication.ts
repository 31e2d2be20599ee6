import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { SqlState } from "../../postgres/sqlstate";
import type { Verdict } from "../check/check";
import { defineCheck, type JudgeInput } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import { roleIsSuperuser } from "../judge/role-is-superuser";
import { judgeOutputPlugin } from "./output-plugin-allowed";

/**
 * Slots and WAL streaming need the attribute. Postgres does not require it of a superuser, but Ardent's engine does
 * (docs/checks/role-replication.md).
 */
export const roleReplication = defineCheck({
  id: "role-replication",
  category: "role",
  title: "the role has the REPLICATION attribute",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  alsoReads: ["slotProbe", "roleLogin", "server"],
  judge: ({ access, ...input }) => {
    const { request } = input;
    if (access.role?.replication) return refusedSlot(input) ?? pass();
    return fail(
      roleIsSuperuser(request, access)
        ? `superuser ${request.plan.role.name} lacks REPLICATION, which Ardent's engine requires`
        : `role ${request.plan.role.name} lacks the REPLICATION attribute`,
      [
        {
          object: `role ${request.plan.role.name}`,
          current: "NOREPLICATION",
          needed: "REPLICATION",
          where: "pg_roles.rolreplication",
        },
      ],
      { text: "Allow it:", sql: [sql`ALTER ROLE ${quoteIdentifier(request.plan.role.name)} REPLICATION;`] },
    );
  },
});

/**
 * The server rejected the role's slot although the role has the attribute. Not reported if another check explains it:
 * the plugin is not allowed, or the role's sessions run as another role.
 */
function refusedSlot({
  request,
  slotProbe,
  roleLogin,
  server,
}: JudgeInput<never, "slotProbe" | "roleLogin" | "server">): Verdict | undefined {
  const probe = valueIfRead(slotProbe);
  if (probe === undefined || probe.outcome === "created") return undefined;
  const { user, sqlstate, message } = probe;
  if (user !== request.plan.role.name || sqlstate !== SqlState.insufficientPrivilege) return undefined;
  const login = valueIfRead(roleLogin);
  if (login?.outcome === "accepted" && (login.currentUser ?? user) !== user) return undefined;
  const known = valueIfRead(server);
  if (known === undefined || judgeOutputPlugin({ request, server: known, slotProbe }).kind !== "pass")
    return undefined;
  return fail(
    `role ${user} has REPLICATION, but the server does not let it create a slot`,
    [
      {
        object: "pg_create_logical_replication_slot",
        current: `the server says "${message}"`,
        needed: `a slot for role ${user}`,
      },
    ],
    {
      text: `Grant the missing privilege. \\df+ pg_catalog.pg_create_logical_replication_slot in psql shows which roles may execute it.`,
    },
  );
}
