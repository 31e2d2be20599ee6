import { defineCheck } from "../check/define-check";
import { judgeReadable } from "../judge/readable-objects";

/** The WAL does not say where a sequence stands: it is read (runbook, step 4). */
export const readSequences = defineCheck({
  id: "read-sequences",
  category: "grants",
  title: "the role can read every sequence",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeReadable(input, "sequence"),
});
