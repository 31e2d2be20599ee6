import { defineCheck } from "../check/define-check";
import { fail, pass, skippedFor } from "../check/verdict";
import { megabytes } from "../judge/retained-wal";
import { duration, perDay, walRate } from "../judge/wal-rate";

/** In a database that changes every hour, the slot advances often enough. */
const IDLE_SECONDS = 3600;
/** The time in which the written WAL is counted: a server that writes little in it is quiet. */
const LOOKED_AT_SECONDS = 7 * 86_400;
/** The amount of retained WAL from which the check warns. */
const MUCH_BYTES = 1024 ** 3;

/**
 * A slot moves on with the changes of its own database. Where others write and this one does not, it keeps their WAL
 * though it is being read.
 */
export const idleDatabase = defineCheck({
  id: "idle-database",
  category: "server",
  title: "the database is not idle while others are written to",
  severity: "warning",
  pointInTime: true,
  reads: ["writes"],
  judge: ({ request, writes }) => {
    if (writes.wal === undefined) return skippedFor("writable-primary");
    const { changes, seconds } = writes.database;
    const rate = walRate(writes);
    if (rate === undefined) return { kind: "skipped", message: "write statistics cover less than an hour" };
    const between = seconds / (changes + 1);
    const keeps = Math.min(between, LOOKED_AT_SECONDS) * rate.bytesPerSecond;
    if (between < IDLE_SECONDS || keeps < MUCH_BYTES) return pass();
    const { database } = request.source;
    return fail(
      `database ${database} is idle while the server writes ${perDay(rate)}`,
      [
        {
          object: `database ${database}`,
          current: `${changes} changed rows in ${duration(seconds)}: a slot keeps ${megabytes(keeps)} ${between < LOOKED_AT_SECONDS ? "between two" : "in a week"}`,
          needed: "a change at least every hour",
          where: "pg_stat_database",
        },
      ],
      {
        text: "If it stays idle, write to it on a schedule (cron, pg_cron): create a table such as ardent_heartbeat (id int PRIMARY KEY, at timestamptz), replicated like the others, and every few minutes run INSERT INTO ardent_heartbeat VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET at = excluded.at. No action is needed if its application has not started yet.",
      },
    );
  },
});
