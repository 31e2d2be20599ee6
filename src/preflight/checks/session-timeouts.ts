import { quoteIdentifier } from "../../postgres/identifiers";
import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { SETTING_SQL } from "../facts/setting-names";
import { inUnit } from "../facts/units";
import { joinNames } from "../judge/join-names";
import { sessionSetting } from "../judge/session-settings";
import { type SettingProblem, settingFinding, undoneFinding } from "../judge/settings";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The shortest limits that do not interrupt a snapshot: reading it takes hours, and the session that exports it is idle
 * in its transaction for that time. transaction_timeout exists from 17 on, idle_session_timeout from 14 on. The stream
 * ends if its reader confirms nothing for wal_sender_timeout.
 */
const ONE_DAY = { ms: DAY_MS, text: "1 day" };
const LEAST = {
  statement_timeout: ONE_DAY,
  idle_in_transaction_session_timeout: ONE_DAY,
  transaction_timeout: ONE_DAY,
  idle_session_timeout: ONE_DAY,
  lock_timeout: { ms: MINUTE_MS, text: "1 minute" },
  wal_sender_timeout: { ms: 10 * SECOND_MS, text: "10 s" },
} as const;
const NAMES = Object.keys(LEAST) as (keyof typeof LEAST)[];

/** A limit below this interrupts even the engine's first steps, however small the tables are. */
const LEAST_AT_ALL_MS = SECOND_MS;

/** Time limits for the sessions of Ardent's role, set by the role, the database or the server. */
export const sessionTimeouts = defineCheck({
  id: "session-timeouts",
  category: "server",
  title: "no time limit interrupts a long snapshot or the stream",
  severity: "error",
  reads: ["server"],
  alsoReads: ["roleLogin"],
  judge: (input) => {
    const { request } = input;
    const short = NAMES.flatMap((name) => {
      const least = LEAST[name];
      const setting = sessionSetting(input, name);
      if (setting === undefined) return [];
      const isShort = (value: string) => inUnit(value, "ms") > 0 && inUnit(value, "ms") < least.ms;
      const needed = `0 (no limit) or at least ${least.text}`;
      const problem: SettingProblem = {
        name,
        setting,
        needed,
        literal: sql`0`,
        effect: "reload",
        suffices: (value) => !isShort(value),
      };
      const undone = undoneFinding(problem);
      if (undone !== undefined) return [{ name, finding: undone, never: false }];
      if (!isShort(setting.value)) return [];
      const finding = { ...settingFinding(problem), current: `${Number(setting.value) / 1000} s` };
      // lock_timeout matters only if another session holds the lock.
      const never = name !== "lock_timeout" && inUnit(setting.value, "ms") < LEAST_AT_ALL_MS;
      return [{ name, finding, never }];
    });
    if (short.length === 0) return pass();
    const role = sql`${quoteIdentifier(request.plan.role.name)} IN DATABASE ${quoteIdentifier(request.source.database)}`;
    const verdict = fail(
      `${joinNames(short.map(({ name }) => name))} would interrupt ${whatInterrupted(short)}`,
      short.map(({ finding }) => finding),
      {
        text: "Remove the limit for Ardent's role only, once the role exists; applies to new sessions",
        // The role's setting for this database overrides all others.
        sql: short.map(({ name }) => sql`ALTER ROLE ${role} SET ${SETTING_SQL[name]} = 0;`),
      },
    );
    return short.some(({ never }) => never) ? verdict : { ...verdict, severity: "warning" };
  },
});

function whatInterrupted(short: readonly { readonly name: string; readonly never: boolean }[]): string {
  if (short.some(({ never }) => never)) return "Ardent's first steps";
  return short.every(({ name }) => name === "wal_sender_timeout") ? "the stream" : "a long snapshot";
}
