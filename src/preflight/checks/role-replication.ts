import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { SqlState } from "../../postgres/sqlstate";
import type { Check, CheckInput, Verdict } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";
import { roleIsSuperuser } from "../judge/role-is-superuser";
import { outputPluginAllowed } from "./output-plugin-allowed";

/**
 * Slots and WAL streaming need the attribute. Postgres asks a superuser for none, but Ardent's engine does
 * (docs/checks/role-replication.md).
 */
export const roleReplication: Check = {
  id: "role-replication",
  category: "role",
  title: "the role may replicate",
  severity: "error",
  requires: ["role-exists"],
  run: (input) => {
    const { request, facts } = input;
    const { access } = facts;
    if (access.kind !== "read") return notRead(access);
    if (access.value.role?.replication) return refusedSlot(input) ?? pass();
    return fail(
      roleIsSuperuser(input)
        ? `superuser ${request.role} has no REPLICATION, without which Ardent's engine refuses it`
        : `role ${request.role} may not replicate`,
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

/**
 * The server refused the role a slot although it has the attribute. Not where another check says why: the plugin is
 * not allowed, or the role's sessions run as another role.
 */
function refusedSlot(input: CheckInput): Verdict | undefined {
  const { request, facts } = input;
  const { slotProbe: probe, connection } = facts;
  if (probe.kind !== "read" || probe.value.outcome === "created") return undefined;
  const { user, sqlstate, message } = probe.value;
  if (user !== request.role || sqlstate !== SqlState.insufficientPrivilege) return undefined;
  const login = connection.role.kind === "read" ? connection.role.value : undefined;
  if (login?.outcome === "accepted" && (login.currentUser ?? user) !== user) return undefined;
  if (outputPluginAllowed.run(input).kind !== "pass") return undefined;
  return fail(
    `role ${user} has REPLICATION, and the server refuses it a slot`,
    [
      {
        object: "pg_create_logical_replication_slot",
        current: `the server says "${message}"`,
        needed: `a slot for role ${user}`,
      },
    ],
    {
      text: `Allow what the server refuses. \\df+ pg_catalog.pg_create_logical_replication_slot in psql shows who may execute it.`,
    },
  );
}
