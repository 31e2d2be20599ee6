import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail } from "../check/verdict";
import { passUnlessUndone, type SettingProblem, settingFinding, settingFix } from "../judge/settings";

/** Logical decoding needs it (runbook, step 2). */
export const walLevel = defineCheck({
  id: "wal-level",
  category: "server",
  title: "wal_level is logical",
  severity: "error",
  reads: ["server"],
  judge: ({ server }) => {
    const setting = server.settings.wal_level;
    const problem: SettingProblem = {
      name: "wal_level",
      setting,
      needed: "logical",
      literal: sql`'logical'`,
      effect: "restart",
      suffices: (value) => value === "logical",
    };
    if (setting?.value === "logical") return passUnlessUndone(problem);
    return fail(`wal_level is ${setting?.value}`, [settingFinding(problem)], settingFix(problem));
  },
});
