import { defineCheck } from "../check/define-check";
import { judgeReadable } from "../judge/readable-objects";

/** The WAL does not contain the current value of a sequence, so Ardent reads it (runbook, step 4). */
export const readSequences = defineCheck({
  id: "read-sequences",
  category: "grants",
  title: "the role can read every sequence",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeReadable(input, "sequence"),
});
