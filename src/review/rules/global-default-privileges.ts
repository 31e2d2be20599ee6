import { privilegesOnlyIn, privilegeWords, sayGrantee, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const globalDefaultPrivileges: Rule = {
  id: "global-default-privileges",
  severity: "medium",
  title: "Default privileges hold in every schema",
  judge: (change) => {
    if (change.kind !== "privilege" || change.target.kind !== "future" || change.target.schema !== undefined)
      return undefined;
    const gained = privilegesOnlyIn(change.after, change.before);
    if (gained.length === 0) return undefined;
    const words = [privilegeWords(gained)];
    return say`${sayGrantee(change.grantee)}: ${words} on ${sayPlace(change.database, change.target)}`;
  },
};
