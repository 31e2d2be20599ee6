import { sayGrantee, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const accessOverridden: Rule = {
  id: "access-overridden",
  severity: "high",
  title: "A deleted resource revokes what another one grants",
  judge: (change) => {
    if (change.kind === "membership" && change.overridden) return say`${change.member} in ${change.group}`;
    return change.kind === "privilege" && change.overridden
      ? say`${sayGrantee(change.grantee)} on ${sayPlace(change.database, change.target)}`
      : undefined;
  },
};
