import type { PrivilegesRevokedByGrant } from "../../access/read-privileges-revoked-by-grant";
import type { Finding } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { groupRoleFix, heldText } from "../fixes/group-role-fix";

/**
 * `@pulumi/postgresql` revokes everything that the role has on an object before each grant, so a role that is also used
 * for something else would lose those privileges.
 */
export const heldPrivileges = defineCheck({
  id: "held-privileges",
  category: "grants",
  title: "the grants revoke nothing from the role",
  severity: "error",
  reads: ["held"],
  judge: ({ request, held }) => {
    if (held.length === 0) return pass();
    return fail(
      `the deployment's grants would revoke privileges that ${request.plan.role.name} already has`,
      held.map(findingOf),
      groupRoleFix(request.plan.role.name, held),
    );
  },
});

function findingOf(held: PrivilegesRevokedByGrant): Finding {
  return {
    object: objectOf(held),
    current: heldText(held.privileges),
    needed: `only ${held.grant.privileges.join(", ")}, as granted here`,
  };
}

function objectOf({ grant, count, examples }: PrivilegesRevokedByGrant): string {
  switch (grant.kind) {
    case "database":
      return `database ${grant.database}`;
    case "schema":
      return `schema ${grant.schema}`;
    case "objects": {
      const more = count > examples.length ? ` and ${count - examples.length} more` : "";
      return `${examples.map((name) => `${grant.schema}.${name}`).join(", ")}${more}`;
    }
    case "default":
      return `default privileges of ${grant.owner} on ${grant.objectType}s in ${grant.schema}`;
  }
}
