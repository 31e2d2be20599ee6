import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail } from "../check/verdict";
import { inUnit } from "../facts/units";
import { passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "../judge/settings";

const NAME = "max_slot_wal_keep_size";
/** The default amount of WAL between two checkpoints (max_wal_size): a single bulk load exceeds it. */
const LEAST_MB = 1024;
/** A WAL file: a lower limit retains nothing, and users who set 0 usually mean "no limit". */
const NOTHING_MB = 16;

/**
 * A slot that lags behind more than this is invalidated, and the tables have to be copied again. No limit is the default
 * and passes: docs/checks/slot-wal-keep-size.md says why.
 */
export const slotWalKeepSize = defineCheck({
  id: "slot-wal-keep-size",
  category: "server",
  title: "slots may lag behind for some time",
  severity: "error",
  reads: ["server"],
  judge: ({ server }) => {
    const setting = server.settings[NAME];
    if (setting === undefined) return { kind: "skipped", message: `${NAME} is hidden from this user` };
    const limit = inUnit(setting.value, "MB");
    const problem: SettingProblem = {
      name: NAME,
      setting,
      needed: "at least 1024 MB, preferably two days of WAL; or -1 for no limit",
      literal: sql`'10GB'`,
      effect: "reload",
      suffices: (value) => inUnit(value, "MB") < 0 || inUnit(value, "MB") >= LEAST_MB,
    };
    if (limit < 0) return passUnlessUndone(problem, "unlimited; an unread slot can fill the disk");
    if (limit >= LEAST_MB) return passUnlessUndone(problem, `up to ${limit} MB of WAL`);
    const fix = settingFix(problem);
    const verdict = fail(
      limit < NOTHING_MB
        ? `a slot that lags behind at all is lost: ${limit} MB retains nothing (-1 means no limit)`
        : `a slot that lags more than ${limit} MB behind is lost`,
      [{ ...settingFinding(problem), current: `${limit} MB` }],
      {
        ...fix,
        text: `${fix.text}. Choose a size for the first copy and the longest outage to survive that fits on the disk`,
      },
    );
    return limit < NOTHING_MB ? verdict : { ...verdict, severity: "warning" };
  },
});
