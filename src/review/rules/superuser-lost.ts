import { say } from "../phrase";
import type { Rule } from "./rule";

export const superuserLost: Rule = {
  id: "superuser-lost",
  severity: "medium",
  title: "A role stops being a superuser",
  judge: (change) =>
    change.kind === "role" && change.before?.superuser && change.after && !change.after.superuser
      ? say`role ${change.role}`
      : undefined,
};
