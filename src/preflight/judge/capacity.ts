import { integerSql } from "../../postgres/sql-text";
import type { Verdict } from "../check/check";
import { fail } from "../check/verdict";
import type { ServerFacts } from "../facts/server";
import type { SettingName } from "../facts/setting-names";
import { numberSetting, passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "./settings";

/** The minimum number of slots and senders that Ardent expects (runbook, step 2). */
const LEAST = 10;

/**
 * Judges a limit of the server: at least 10, and one free.
 *
 * @param name - the setting that is the limit
 * @param used - how many are in use, without our own
 * @param things - what is limited: "replication slots"
 * @param advice - further advice about raising it
 */
export function judgeCapacity(
  server: ServerFacts,
  {
    name,
    used,
    things,
    advice,
  }: {
    readonly name: SettingName;
    readonly used: number;
    readonly things: string;
    readonly advice?: string;
  },
): Verdict {
  const limit = numberSetting(server, name);
  const needed = Math.max(LEAST, used + 1);
  const problem: SettingProblem = {
    name,
    setting: server.settings[name],
    needed: `at least ${needed}`,
    literal: integerSql(needed),
    effect: "restart",
    suffices: (value) => Number(value) >= needed,
  };
  if (limit >= needed) return passUnlessUndone(problem, `${used} of ${limit} used`);
  const message = limit < LEAST ? `${name} is ${limit}` : `all ${limit} ${things} are in use`;
  const fix = settingFix(problem);
  const text = advice === undefined ? fix.text : `${fix.text}. ${advice}`;
  return fail(message, [settingFinding(problem)], { ...fix, text });
}
