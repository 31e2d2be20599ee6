import { say } from "../phrase";
import { isOtherDatabase } from "./database-changed";
import type { Rule } from "./rule";

export const connectorDeleted: Rule = {
  id: "connector-deleted",
  severity: "high",
  title: "A connector is deleted, with its branches and its replication slot",
  judge: (change) => {
    if (change.kind !== "connector" || isOtherDatabase(change)) return undefined;
    const { name, effect } = change;
    return effect === "deleted" || effect === "replaced" ? say`connector ${name} is ${[effect]}` : undefined;
  },
};
