import { say } from "../phrase";
import type { Rule } from "./rule";

export const predefinedRole: Rule = {
  id: "predefined-role",
  severity: "high",
  title: "A role becomes a member of a predefined role",
  judge: (change) =>
    change.kind === "membership" &&
    change.before === "none" &&
    change.after !== "none" &&
    // Postgres reserves the prefix.
    change.group.startsWith("pg_")
      ? say`${change.member} becomes a member of ${change.group}`
      : undefined,
};
