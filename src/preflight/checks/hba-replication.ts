import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import { judgeHba } from "../judge/hba/hba-verdict";
import { judgeHbaSql } from "./hba-sql";

/**
 * Ardent streams over a session with replication=database. Lines with the database's name apply to it; a line with
 * the keyword `replication` applies only to physical standbys.
 *
 * @see https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 */
export const hbaReplication = defineCheck({
  id: "hba-replication",
  category: "access-rules",
  title: "pg_hba.conf allows Ardent's replication sessions",
  severity: "error",
  alsoReads: ["hba", "server", "access", "walsender"],
  judge: (input) => {
    const verdict = judgeHba(input, "replication-database", "a replication session");
    const tried = valueIfRead(input.walsender)?.outcome === "accepted";
    if (verdict.kind === "skipped" && tried)
      return { ...verdict, message: `${verdict.message}; one from this machine is allowed` };
    return isToldBy(judgeHbaSql(input), verdict) ? briefly(verdict) : verdict;
  },
});

type Failure = Extract<Verdict, { kind: "fail" }>;

/** The same lines decide both kinds of session, so this check does not repeat the findings of the other. */
function isToldBy(sql: Verdict, verdict: Verdict): verdict is Failure {
  return sql.kind === "fail" && verdict.kind === "fail" && sql.fix.text === verdict.fix.text;
}

function briefly(verdict: Failure): Verdict {
  const text = "Fixed by the hba-sql fix";
  return { ...verdict, ...fail(verdict.message, verdict.findings.slice(0, 1), { text }) };
}
