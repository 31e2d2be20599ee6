import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { inUnit } from "../facts/units";
import { passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "../judge/settings";

const NAME = "idle_replication_slot_timeout";
/** A day: a reader that fails in the evening is repaired in the morning. */
const LEAST_SECONDS = 24 * 60 * 60;

/** From 18 on, a slot that is inactive for this long is invalidated at the next checkpoint. */
export const slotIdleTimeout = defineCheck({
  id: "slot-idle-timeout",
  category: "server",
  title: "idle slots are not invalidated too soon",
  severity: "warning",
  reads: ["server"],
  judge: ({ server }) => {
    const setting = server.settings[NAME];
    if (setting === undefined) return pass("this Postgres version has no such limit");
    const seconds = inUnit(setting.value, "s");
    const problem: SettingProblem = {
      name: NAME,
      setting,
      needed: "0 (no limit), or at least 1 day and longer than the longest pause",
      literal: sql`'1d'`,
      effect: "reload",
      suffices: (value) => isLongEnough(inUnit(value, "s")),
    };
    if (isLongEnough(seconds))
      return passUnlessUndone(problem, seconds === 0 ? "without limit" : `up to ${seconds} s`);
    return fail(
      `a slot that is inactive for ${seconds} s is lost`,
      [{ ...settingFinding(problem), current: `${seconds} s` }],
      settingFix(problem),
    );
  },
});

function isLongEnough(seconds: number): boolean {
  return seconds === 0 || seconds >= LEAST_SECONDS;
}
