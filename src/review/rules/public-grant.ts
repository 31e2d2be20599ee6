import { isPublic } from "../../access/privilege-grant";
import { privilegesOnlyIn, privilegeWords, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const publicGrant: Rule = {
  id: "public-grant",
  severity: "high",
  title: "Every role gains privileges (PUBLIC)",
  judge: (change) => {
    if (change.kind !== "privilege" || !isPublic(change.grantee)) return undefined;
    const gained = privilegesOnlyIn(change.after, change.before);
    if (gained.length === 0) return undefined;
    return say`${[privilegeWords(gained)]} on ${sayPlace(change.database, change.target)}`;
  },
};
