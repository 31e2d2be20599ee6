import { say } from "../phrase";
import type { Rule } from "./rule";

export const replicationGained: Rule = {
  id: "replication-gained",
  severity: "medium",
  title: "A role can replicate every database of the server",
  judge: (change) =>
    change.kind === "role" && change.after?.replication && !change.before?.replication
      ? say`role ${change.role}`
      : undefined,
};
