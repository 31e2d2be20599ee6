import type { Check } from "../check/check";
import { judgeHba } from "../judge/hba/hba-verdict";

/** Ardent discovers tables and takes its first copy over ordinary sessions (runbook, step 1). */
export const hbaSql: Check = {
  id: "hba-sql",
  category: "access-rules",
  title: "pg_hba.conf lets Ardent's SQL sessions in",
  severity: "error",
  run: (input) => judgeHba(input, "sql", "an SQL session"),
};
