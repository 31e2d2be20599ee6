import { say } from "../phrase";
import type { Rule } from "./rule";

export const superuserGained: Rule = {
  id: "superuser-gained",
  severity: "high",
  title: "A role becomes a superuser",
  judge: (change) =>
    change.kind === "role" && change.after?.superuser && !change.before?.superuser
      ? say`role ${change.role}`
      : undefined,
};
