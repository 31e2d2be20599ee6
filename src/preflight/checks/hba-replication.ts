import type { Check } from "../check";
import { judgeHba } from "../hba-verdict";

/**
 * Ardent streams over a session with replication=database. Lines with the database's name decide it; a line with
 * the keyword `replication` speaks of physical standbys only.
 *
 * @see https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 */
export const hbaReplication: Check = {
  id: "hba-replication",
  category: "access-rules",
  title: "pg_hba.conf lets Ardent's replication sessions in",
  severity: "error",
  run: (input) => {
    const verdict = judgeHba(input, "replication-database", "a replication session");
    const { walsender } = input.facts.connection;
    const tried = walsender.kind === "read" && walsender.value.outcome === "accepted";
    return verdict.kind === "skipped" && tried
      ? { ...verdict, message: `${verdict.message}; one from here is let in` }
      : verdict;
  },
};
