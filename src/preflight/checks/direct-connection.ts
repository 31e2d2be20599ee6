import { SqlState } from "../../postgres/sqlstate";
import { defineCheck } from "../check/define-check";
import { fail, notRead, pass, skippedFor } from "../check/verdict";
import type { LoginAttempt } from "../facts/connection";
import type { Evidence } from "../facts/evidence";

/**
 * A pooler reports its own process id and passes queries to any free backend; it rejects or breaks a replication
 * session. Ardent connects to the source's own address, so a pooler that only this runner uses is only a warning.
 */
export const directConnection = defineCheck({
  id: "direct-connection",
  category: "connection",
  title: "the connection does not go through a pooler",
  severity: "error",
  alsoReads: ["adminLogin", "roleLogin", "walsender", "tcp"],
  judge: ({ request: { source }, adminLogin, roleLogin, walsender, tcp }) => {
    if (adminLogin.kind === "unknown")
      return { kind: "unknown", message: "needs login, which is unknown", needs: "login" };
    if (adminLogin.kind === "awaited") return { kind: "awaited", message: "needs login", needs: "login" };
    if (adminLogin.kind === "skipped") return notRead(adminLogin);
    const evidence = evidenceOf([adminLogin, roleLogin, walsender], walsender);
    if (evidence === undefined) return adminLogin.value.outcome === "accepted" ? pass() : skippedFor("login");
    const elsewhere = tcp.kind === "read" && !tcp.value.usedByRunner;
    const verdict = fail(
      elsewhere
        ? "this runner connects through a pooler; whether Ardent does is unknown"
        : "the connection goes through a connection pooler",
      [
        {
          object: elsewhere ? "the admin's host" : `${source.host}:${source.port}`,
          current: evidence.what,
          needed: "the server itself",
        },
      ],
      {
        text: `Give the host and port of Postgres itself, not of PgBouncer, RDS Proxy or a similar pooler${evidence.behind === undefined ? "" : `; the pooler connects to it at ${evidence.behind}`}.`,
      },
    );
    return elsewhere ? { ...verdict, severity: "warning" } : verdict;
  },
});

/** What shows that there is a pooler, and the address at which it reaches the server. */
interface SignOfPooler {
  readonly what: string;
  readonly behind?: string;
}

/** @returns undefined if nothing shows a pooler */
function evidenceOf(
  attempts: readonly Evidence<LoginAttempt>[],
  walsender: Evidence<LoginAttempt>,
): SignOfPooler | undefined {
  for (const attempt of attempts)
    if (attempt.kind === "read" && attempt.value.outcome === "accepted" && !attempt.value.direct) {
      const { behind } = attempt.value;
      return {
        what: "the reported backend process differs from the one that responds",
        ...(behind === undefined ? {} : { behind }),
      };
    }
  const refused = walsender.kind === "read" && walsender.value.outcome === "refused" && walsender.value;
  return refused && refused.code === SqlState.protocolViolation
    ? { what: `replication sessions are rejected (SQLSTATE ${refused.code}), as poolers do` }
    : undefined;
}
