import type { Change, PrivilegeChange } from "../changes/change";
import { privilegesOnlyIn, privilegeWords, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const writePrivilege: Rule = {
  id: "write-privilege",
  severity: "medium",
  title: "A role that replicates can also write",
  judge: (change, all) => {
    if (change.kind !== "privilege" || !replicates(change, all)) return undefined;
    const writing = privilegesOnlyIn(change.after, change.before).filter(
      // Ardent creates a schema of its own.
      ({ privilege }) => change.target.kind !== "database" && !READING.has(privilege),
    );
    if (writing.length === 0) return undefined;
    return say`${change.grantee}: ${[privilegeWords(writing)]} on ${sayPlace(change.database, change.target)}`;
  },
};

const READING: ReadonlySet<string> = new Set(["SELECT", "USAGE", "EXECUTE"]);

/** Whether the preview shows that the grantee is there to replicate. */
function replicates({ grantee }: PrivilegeChange, all: readonly Change[]): boolean {
  return all.some(
    (one) =>
      (one.kind === "source" && one.after?.role === grantee) ||
      (one.kind === "role" && one.role === grantee && one.after?.replication),
  );
}
