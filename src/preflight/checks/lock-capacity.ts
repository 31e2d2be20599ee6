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

const NAME = "max_locks_per_transaction";

/**
 * pg_dump, which copies the schema, locks every table in one transaction with its partitions and inheritance children,
 * and no index. The lock table is shared by all sessions: what it holds for one of them is an upper bound, met only
 * while no other session locks anything.
 */
export const lockCapacity = defineCheck({
  id: "lock-capacity",
  category: "server",
  title: "the lock table has room for every table",
  severity: "warning",
  reads: ["server", "access"],
  judge: ({ server, access }) => {
    const perTransaction = numberSetting(server, NAME);
    const sessions =
      numberSetting(server, "max_connections") + numberSetting(server, "max_prepared_transactions");
    const tables = [...access.schemas, ...access.related].reduce(
      (sum, schema) => sum + schema.tables.count,
      0,
    );
    const capacity = perTransaction * sessions;
    if (!(capacity > 0)) return { kind: "unknown", message: `${NAME} is hidden from this user` };
    const needed = Math.ceil(tables / sessions);
    const problem: SettingProblem = {
      name: NAME,
      setting: server.settings[NAME],
      needed: `at least ${needed}`,
      literal: integerSql(needed),
      effect: "restart",
      suffices: (value) => Number(value) >= needed,
    };
    if (tables <= capacity) return passUnlessUndone(problem, `${tables} tables, at most ${capacity} locks`);
    const fix = settingFix(problem);
    return fail(
      `${tables} tables, but at most ${capacity} locks for all sessions together`,
      [settingFinding(problem)],
      {
        ...fix,
        text: `${fix.text}. This is the minimum; other sessions take locks too. Raise it on standbys first: with a value lower than the primary's they stop replaying. Or replicate fewer schemas`,
      },
    );
  },
});
