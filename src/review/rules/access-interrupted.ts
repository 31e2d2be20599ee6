import { sayGrantee, sayPlace } from "../describe";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const accessInterrupted: Rule = {
  id: "access-interrupted",
  severity: "medium",
  title: "Privileges are revoked and granted again",
  judge: (change) =>
    change.kind === "privilege" && change.interrupted
      ? say`${sayGrantee(change.grantee)} on ${sayPlace(change.database, change.target)}`
      : undefined,
};
