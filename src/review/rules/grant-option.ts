import { privilegesOnlyIn, privilegeWords, sayGrantee, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const grantOption: Rule = {
  id: "grant-option",
  severity: "medium",
  title: "A role can pass on what it gains",
  judge: (change) => {
    if (change.kind === "membership" && change.after === "admin" && change.before !== "admin")
      return say`${change.member} can add others to ${change.group}`;
    if (change.kind !== "privilege") return undefined;
    const grantable = privilegesOnlyIn(change.after, change.before).filter((held) => held.grantOption);
    if (grantable.length === 0) return undefined;
    const words = [privilegeWords(grantable.map((held) => ({ ...held, grantOption: false })))];
    return say`${sayGrantee(change.grantee)}: ${words} on ${sayPlace(change.database, change.target)}`;
  },
};
