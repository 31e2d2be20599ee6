import { say } from "../phrase";
import type { Rule } from "./rule";

export const passwordRotated: Rule = {
  id: "password-rotated",
  severity: "low",
  title: "The password of a role changes",
  judge: (change) =>
    change.kind === "role" && change.passwordChanged ? say`role ${change.role}` : undefined,
};
