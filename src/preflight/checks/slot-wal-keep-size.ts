import type { Check } from "../check";
import { type SettingProblem, settingFinding, settingFix } from "../settings";
import { inUnit } from "../units";
import { fail, notRead, pass } from "../verdict";

const NAME = "max_slot_wal_keep_size";
/** A gigabyte, in the setting's unit: below it a slot does not survive an hour of writing. */
const LEAST_MB = 1024;

/**
 * A slot that lags behind this much is invalidated, and the tables have to be copied again. No limit is the default
 * and passes: which is worse, a lost slot or a full disk, only the owner of the disk can say.
 */
export const slotWalKeepSize: Check = {
  id: "slot-wal-keep-size",
  category: "server",
  title: "slots may lag behind for a while",
  severity: "warning",
  run: ({ facts: { server } }) => {
    if (server.kind !== "read") return notRead(server);
    const setting = server.value.settings[NAME];
    if (setting === undefined) return { kind: "skipped", message: `${NAME} is not shown to this user` };
    const limit = inUnit(setting.value, "MB");
    if (limit < 0) return pass("without limit: a slot that nobody reads fills the disk, so watch it");
    if (limit >= LEAST_MB) return pass(`up to ${limit} MB of WAL`);
    const problem: SettingProblem = {
      name: NAME,
      setting,
      needed: "at least 1024 MB, better what two days of writing make",
      literal: "'1GB'",
      effect: "reload",
      suffices: (value) => inUnit(value, "MB") < 0 || inUnit(value, "MB") >= LEAST_MB,
    };
    const fix = settingFix(problem);
    return fail(
      `a slot that lags ${limit} MB behind is lost`,
      [{ ...settingFinding(problem), current: `${limit} MB` }],
      {
        ...fix,
        text: `${fix.text}. This is the least: size it for the longest outage to survive, and for the disk`,
      },
    );
  },
};
