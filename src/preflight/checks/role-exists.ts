import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import { clusterChange } from "../judge/cluster-change";
import type { PreflightRequest } from "../request";

/** The role that Ardent logs in as (runbook, step 4). */
export const roleExists = defineCheck({
  id: "role-exists",
  category: "role",
  title: "the role exists",
  severity: "error",
  reads: ["access"],
  alsoReads: ["identity"],
  judge: ({ request, access, identity }) => {
    const { name, superuser } = request.plan.role;
    if (access.role !== undefined) return request.createsRole ? taken(name) : pass(name);
    if (isDeployed(request)) return lost(name, clusterChange(request.recordedServer, valueIfRead(identity)));
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

/** Whether an earlier deployment of this program created the role, so that this one does not. */
function isDeployed({ plan, deployer, delta }: PreflightRequest): boolean {
  return deployer !== undefined && plan.role.create && delta?.role === undefined;
}

/** The state still has the role and its grants: one that is created by hand would only hide that. */
function lost(name: string, because: string | undefined): Verdict {
  const verdict = fail(
    `there is no role ${name} any more${because === undefined ? "" : `: ${because}`}`,
    [{ object: `role ${name}`, current: "is in the state of this stack", needed: "to exist" }],
    {
      text:
        because === undefined
          ? "Create it again, with its grants: `pulumi up --refresh`"
          : "If the address is wrong, correct it. If this server has replaced the other, create the role and its grants here: `pulumi up --refresh`",
    },
  );
  return because === undefined ? verdict : { ...verdict, isFinal: true };
}

/** CREATE ROLE would fail; a role that someone else created is not altered without being asked for. */
function taken(name: string): Verdict {
  return {
    ...fail(
      `role ${name} already exists, and this program would create it`,
      [{ object: `role ${name}`, current: "exists, and is not in the state of this stack" }],
      {
        text:
          "Use the role as it is: `role.create: false`; it then needs what preflight says. Or choose another `role.name`. " +
          "Or import it, so that this stack sets its password and attributes, and drops it on destroy, with this option:\n" +
          importOption(name),
      },
    ),
    isFinal: true,
  };
}

/** `pulumi import` cannot do it: it would need the provider, which is in no state yet. Tried on an engine. */
function importOption(name: string): string {
  const options = `pulumi.mergeOptions(opts, { import: ${JSON.stringify(name)} })`;
  return `transforms: [({ type, props, opts }) => type === "postgresql:index/role:Role" ? { props, opts: ${options} } : undefined],`;
}
