import { privilegesOnlyIn } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const roleManagedElsewhere: Rule = {
  id: "role-managed-elsewhere",
  severity: "low",
  title: "A role that this deployment does not create gains privileges",
  judge: (change, all) => {
    if (change.kind !== "privilege" || privilegesOnlyIn(change.after, change.before).length === 0)
      return undefined;
    const { grantee } = change;
    const isForeign = all.some(
      (one) => one.kind === "source" && one.after?.role === grantee && !one.after.createsRole,
    );
    const isCreated = all.some((one) => one.kind === "role" && one.role === grantee);
    return isForeign && !isCreated ? say`role ${grantee}` : undefined;
  },
};
