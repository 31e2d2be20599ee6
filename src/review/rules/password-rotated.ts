import { say } from "../phrase";
import type { Rule } from "./rule";

export const passwordRotated: Rule = {
  id: "password-rotated",
  severity: "low",
  title: "A password changes",
  judge: (change) =>
    change.kind === "role" && change.passwordChanged ? say`of role ${change.role}` : undefined,
};
