import { type Sql, sql } from "../../postgres/sql-text";
import type { Finding, Fix, Verdict } from "../check/check";
import { fail, pass } from "../check/verdict";
import type { ServerFacts, Setting } from "../facts/server";
import { SETTING_SQL, type SettingName } from "../facts/setting-names";

/** A setting, and what it has to be. */
export interface SettingProblem {
  readonly name: SettingName;
  /** Undefined when the server shows none. */
  readonly setting: Setting | undefined;
  /** What is needed, in words: "at least 10". */
  readonly needed: string;
  /** The literal to set. */
  readonly literal: Sql;
  /** What a new value needs to take effect. */
  readonly effect: "reload" | "restart";
  /** Whether a value would do. */
  readonly suffices: (value: string) => boolean;
}

/** The setting with its running value, and where that is set. */
export function settingFinding({ name, setting, needed }: SettingProblem): Finding {
  if (setting === undefined) return { object: name, needed };
  return { object: name, current: setting.value, needed, where: setting.where ?? setting.source };
}

/** How to change a setting, where ALTER SYSTEM would do it, where it would not, and where it has been done. */
export function settingFix(problem: SettingProblem): Fix {
  const { name, setting, effect, suffices } = problem;
  if (setting?.inFiles !== undefined && suffices(setting.inFiles))
    return {
      text: `${name} is already set to ${setting.inFilesText ?? setting.inFiles} in the settings files`,
      sql: [],
      effect,
    };
  return changeOf(problem);
}

/**
 * The verdict on a setting whose running value suffices: a warning where the settings files say otherwise, since the
 * next restart, or already a reload, undoes it.
 *
 * @param message - what to say when it passes
 */
export function passUnlessUndone(problem: SettingProblem, message?: string): Verdict {
  const finding = undoneFinding(problem);
  if (finding === undefined) return pass(message);
  const verdict = fail(`${nextTime(problem.effect)} changes ${problem.name}`, [finding], {
    ...changeOf(problem),
    // The running value is right already.
    effect: "none",
  });
  return { ...verdict, severity: "warning" };
}

/** What the settings files say of a setting whose running value suffices; undefined where that suffices too. */
export function undoneFinding({
  name,
  setting,
  needed,
  effect,
  suffices,
}: SettingProblem): Finding | undefined {
  if (setting === undefined || !suffices(setting.value)) return undefined;
  const next = setting.inFilesText ?? (setting.pendingRestart ? "another value" : undefined);
  if (next === undefined || (setting.inFiles !== undefined && suffices(setting.inFiles))) return undefined;
  return {
    object: name,
    current: `${setting.value} now, ${next} after ${nextTime(effect)}`,
    needed,
    where: setting.inFilesWhere ?? "the settings files",
  };
}

function nextTime(effect: SettingProblem["effect"]): string {
  return effect === "restart" ? "the next restart" : "the next reload or restart";
}

function changeOf({ name, setting, literal, effect }: SettingProblem): Fix {
  if (setting?.source === "command line" || setting?.source === "environment variable")
    return {
      text: `Set ${name} = ${literal} where the server is started: it comes from the ${setting.source}, which overrides ALTER SYSTEM`,
      sql: [],
      effect,
    };
  if (setting?.alterSystem === "refused")
    return {
      text: `Set ${name} = ${literal} in the settings files, or in the operator or console that writes them: this server rejects ALTER SYSTEM (allow_alter_system is off)`,
      sql: [],
      effect,
    };
  return {
    text: `Set ${name} (through your operator or console if it manages settings)`,
    sql: [sql`ALTER SYSTEM SET ${SETTING_SQL[name]} = ${literal};`],
    effect,
  };
}

/** A setting that is a number; NaN when the server shows none. */
export function numberSetting({ settings }: ServerFacts, name: SettingName): number {
  return Number(settings[name]?.value);
}
