import { defineCheck } from "../check/define-check";
import { fail, pass, skippedFor } from "../check/verdict";
import { pgstreamSlotName } from "../facts/replication-artifacts";
import { inUnit } from "../facts/units";
import { megabytes } from "../judge/retained-wal";
import { duration, perDay, walRate } from "../judge/wal-rate";

const NAME = "max_slot_wal_keep_size";

/** An outage that starts at night is noticed in the morning, and fixing it takes hours. */
const LEAST_SECONDS = 24 * 3600;

/** How long Ardent's slot may be unread before it is lost, at the rate at which the server has been writing. */
export const walBudget = defineCheck({
  id: "wal-budget",
  category: "server",
  title: "a slot survives a day without being read",
  severity: "warning",
  pointInTime: true,
  requires: ["slot-wal-keep-size"],
  reads: ["server", "writes"],
  judge: ({ request, server, writes }) => {
    if (server.inRecovery) return skippedFor("writable-primary");
    const setting = server.settings[NAME];
    if (setting === undefined) return { kind: "skipped", message: `${NAME} is hidden from this user` };
    const rate = walRate(writes);
    const limitMb = inUnit(setting.value, "MB");
    if (limitMb < 0)
      return pass(
        rate === undefined
          ? "limited only by the disk"
          : `limited only by the disk: an unread slot retains ${perDay(rate)}`,
      );
    if (rate === undefined)
      return {
        kind: "skipped",
        message: "WAL statistics cover less than an hour, so the rate is unknown",
      };

    const { database } = request.source;
    const name = pgstreamSlotName(database);
    const slot = server.slots.find((other) => other.name === name && other.database === database);
    const left = Math.max(0, limitMb * 1024 ** 2 - (slot?.retainedBytes ?? 0));
    const seconds = left / rate.bytesPerSecond;
    const holds =
      slot === undefined
        ? `${duration(seconds)} of WAL`
        : `${duration(seconds)} of WAL more for slot ${name}, which keeps ${megabytes(slot.retainedBytes ?? 0)}`;
    if (seconds >= LEAST_SECONDS) return pass(`${limitMb} MB: ${holds}, at ${perDay(rate)}`);
    const day = rate.bytesPerSecond * LEAST_SECONDS;
    return fail(
      `an unread slot is lost after ${duration(seconds)}, at ${perDay(rate)}`,
      [
        {
          object: NAME,
          current: `${limitMb} MB, ${holds}`,
          needed: `at least ${megabytes(day)}, a day of WAL; better two days`,
          where: setting.where ?? setting.source,
        },
      ],
      {
        text: `Raise ${NAME} to ${megabytes(2 * day)}, two days of WAL, if the disk has enough space: ALTER SYSTEM SET ${NAME} = '…', then SELECT pg_catalog.pg_reload_conf(). Otherwise make sure that you are alerted within ${duration(seconds)} when the slot is not being read.`,
      },
    );
  },
});
