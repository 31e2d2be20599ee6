import type { ConnectorChange } from "../changes/change";
import { hasUnknown } from "../changes/known";
import { say } from "../phrase";
import type { Rule } from "./rule";

export const databaseChanged: Rule = {
  id: "database-changed",
  severity: "high",
  title: "A connector moves to another database: its branches are deleted",
  judge: (change) => {
    if (change.kind !== "connector" || !isOtherDatabase(change)) return undefined;
    const { name, databaseBefore = "", databaseAfter = "" } = change;
    return say`connector ${name}: ${databaseBefore} → ${databaseAfter}`;
  },
};

/** Whether it is known that a connector gets another database. */
export function isOtherDatabase({ databaseBefore, databaseAfter }: ConnectorChange): boolean {
  if (databaseBefore === undefined || databaseAfter === undefined) return false;
  return databaseBefore !== databaseAfter && !hasUnknown([databaseBefore, databaseAfter]);
}
