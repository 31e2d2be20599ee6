import { type Sql, sql } from "../../postgres/sql-text";
import type { Finding, Fix, Verdict } from "../check/check";
import { fail, pass } from "../check/verdict";
import type { ServerFacts, Setting } from "../facts/server";
import { SETTING_SQL, type SettingName } from "../facts/setting-names";

/** A setting, and the value that it needs. */
export interface SettingProblem {
  readonly name: SettingName;
  /** Undefined if the server does not show it. */
  readonly setting: Setting | undefined;
  /** The needed value as text: "at least 10". */
  readonly needed: string;
  /** The literal to set. */
  readonly literal: Sql;
  /** What makes a new value take effect. */
  readonly effect: "reload" | "restart";
  /** Whether a value is sufficient. */
  readonly suffices: (value: string) => boolean;
}

/** A finding: the setting, its current value, and where that is set. */
export function settingFinding({ name, setting, needed }: SettingProblem): Finding {
  if (setting === undefined) return { object: name, needed };
  return { object: name, current: setting.value, needed, where: setting.where ?? setting.source };
}

/** How to change a setting: with ALTER SYSTEM, in another place if that does not work, or only by a restart. */
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
 * The verdict on a setting whose current value is sufficient: a warning if the settings files have another value, because
 * the next reload or restart brings that one into effect.
 *
 * @param message - the message if it passes
 */
export function passUnlessUndone(problem: SettingProblem, message?: string): Verdict {
  const finding = undoneFinding(problem);
  if (finding === undefined) return pass(message);
  const verdict = fail(`${nextTime(problem.effect)} changes ${problem.name}`, [finding], {
    ...changeOf(problem),
    // The current value is already right.
    effect: "none",
  });
  return { ...verdict, severity: "warning" };
}

/** The finding if the settings files have an insufficient value; undefined if that value is sufficient too. */
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

/** A setting that is a number; NaN if the server does not show it. */
export function numberSetting({ settings }: ServerFacts, name: SettingName): number {
  return Number(settings[name]?.value);
}
