import { defineCheck } from "../check/define-check";
import { judgeReadable } from "../judge/readable-objects";

/** The first copy of a table is a SELECT (runbook, step 4). */
export const readTables = defineCheck({
  id: "read-tables",
  category: "grants",
  title: "the role can read every table",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeReadable(input, "table"),
});
