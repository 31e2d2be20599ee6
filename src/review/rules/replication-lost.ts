import type { Change, RoleChange } from "../changes/change";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const replicationLost: Rule = {
  id: "replication-lost",
  severity: "high",
  title: "A role can no longer replicate",
  judge: (change, all) => {
    if (change.kind !== "role" || !change.before?.replication || change.after?.replication) return undefined;
    if (change.after === undefined)
      return isReplaced(change, all) ? undefined : say`role ${change.role} is dropped`;
    return say`role ${change.role}`;
  },
};

/** Whether the same resource creates another role that replicates: the connector gets that one. */
function isReplaced({ urns }: RoleChange, all: readonly Change[]): boolean {
  return all.some(
    (one) => one.kind === "role" && one.after?.replication && one.urns.some((urn) => urns.includes(urn)),
  );
}
