import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { skippedWithoutConnector } from "../judge/skipped-without-connector";

/** A connector needs a token that Ardent accepts, the URL of its API and a project. An outage is not a failure. */
export const ardentAccess = defineCheck({
  id: "ardent-access",
  category: "ardent",
  title: "Ardent's API accepts the token and has the project",
  severity: "error",
  reads: ["serviceAccess"],
  byRequest: skippedWithoutConnector,
  judge: ({ serviceAccess: { refusal } }) => {
    if (refusal === undefined) return pass();
    const { what, object, current, needed, fix } = refusal;
    return { ...fail(what, [{ object, current, needed }], { text: fix }), refused: true };
  },
});
