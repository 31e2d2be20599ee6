import { say } from "../phrase";
import type { Rule } from "./rule";

export const preflightOff: Rule = {
  id: "preflight-off",
  severity: "medium",
  title: "A source is deployed even if preflight fails",
  judge: (change, all) => {
    if (change.kind !== "preflight") return undefined;
    const { name, effect, stopsDeployment, stoppedDeployment } = change;
    if (effect === "deleted") {
      const goesToo = all.some((one) => one.kind === "connector" && one.effect === "deleted");
      return goesToo ? undefined : say`preflight ${name} is deleted`;
    }
    const isNew = effect === "created" || stoppedDeployment;
    return !stopsDeployment && isNew ? say`preflight ${name}: onFailure is warn` : undefined;
  },
};
