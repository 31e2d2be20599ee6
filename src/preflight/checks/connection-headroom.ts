import { integerSql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail } from "../check/verdict";
import {
  numberSetting,
  passUnlessUndone,
  type SettingProblem,
  settingFinding,
  settingFix,
} from "../judge/settings";
import { SNAPSHOT_CONNECTIONS } from "../judge/snapshot-connections";

const NAME = "max_connections";

/** Ardent reads its first copy over several connections at once. Reserved ones are not counted as free. */
export const connectionHeadroom = defineCheck({
  id: "connection-headroom",
  category: "server",
  title: "16 connections are free for a snapshot",
  severity: "warning",
  pointInTime: true,
  reads: ["server", "activity"],
  judge: ({ server, activity }) => {
    const { settings } = server;
    const reserved =
      numberSetting(server, "superuser_reserved_connections") +
      (settings.reserved_connections === undefined ? 0 : numberSetting(server, "reserved_connections"));
    const limit = numberSetting(server, NAME);
    const used = activity.connections;
    const free = limit - reserved - used;
    const needed = used + reserved + SNAPSHOT_CONNECTIONS;
    if (!Number.isSafeInteger(needed))
      return { kind: "unknown", message: "the reserved connections are not shown as a number" };
    const problem: SettingProblem = {
      name: NAME,
      setting: settings[NAME],
      needed: `at least ${needed}`,
      literal: integerSql(needed),
      effect: "restart",
      suffices: (value) => Number(value) >= needed,
    };
    if (free >= SNAPSHOT_CONNECTIONS) return passUnlessUndone(problem, `${free} of ${limit} free`);
    const fix = settingFix(problem);
    return fail(
      `${Math.max(free, 0)} of ${limit} connections are free`,
      [{ ...settingFinding(problem), current: `${limit}, ${used} in use, ${reserved} reserved` }],
      {
        ...fix,
        text: `Close unused connections, or raise the limit (on standbys first). ${fix.text}`,
      },
    );
  },
});
