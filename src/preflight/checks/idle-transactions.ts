import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";

/** As long as Ardent's guide lets a session sit in a transaction (runbook, step 2). */
const LONG_SECONDS = 300;

/** Sessions that sit in a transaction and do nothing hold back the clean-up of WAL and of rows (runbook, step 2). */
export const idleTransactions = defineCheck({
  id: "idle-transactions",
  category: "server",
  title: "no session is idle in a transaction",
  severity: "warning",
  pointInTime: true,
  reads: ["activity"],
  judge: ({ activity }) => {
    const findings = activity.transactions
      .filter(({ idleSeconds = 0 }) => idleSeconds >= LONG_SECONDS)
      .map(({ pid, user, database, application, idleSeconds }) => ({
        object: `process ${pid}`,
        current: `idle in a transaction for ${idleSeconds} s`,
        where: [user, application, database].filter((word) => word !== undefined).join(", "),
      }));
    if (findings.length > 0)
      return fail(`${counted(findings.length, "session")} left a transaction open`, findings, {
        text: "End it in its session, or with SELECT pg_catalog.pg_terminate_backend(<pid>), which rolls it back. To prevent it in future: ALTER ROLE <role> SET idle_in_transaction_session_timeout = '5min' for people and applications, never for Ardent's role.",
      });
    return activity.allVisible
      ? pass()
      : { kind: "skipped", message: "this user cannot see what other sessions do" };
  },
});
