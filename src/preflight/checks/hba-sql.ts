import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import type { HbaInput } from "../judge/hba/hba-prediction";
import { judgeHba } from "../judge/hba/hba-verdict";

/** Ardent discovers tables and reads the first copy over ordinary SQL sessions (runbook, step 1). */
export const hbaSql = defineCheck({
  id: "hba-sql",
  category: "access-rules",
  title: "pg_hba.conf allows Ardent's SQL sessions",
  severity: "error",
  alsoReads: ["hba", "server", "access"],
  judge: judgeHbaSql,
});

/** The verdict on an SQL session. */
export function judgeHbaSql(input: HbaInput): Verdict {
  return judgeHba(input, "sql", "an SQL session");
}
