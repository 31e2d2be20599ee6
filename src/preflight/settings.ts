import { type Sql, sql } from "../postgres/sql-text";
import type { Finding, Fix } from "./check";
import type { ServerFacts, Setting } from "./facts/server";
import { SETTING_SQL, type SettingName } from "./setting-names";

/** A setting that is not as it must be. */
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
export function settingFix({ name, setting, literal, effect, suffices }: SettingProblem): Fix {
  if (setting?.inFiles !== undefined && suffices(setting.inFiles))
    return { text: `${name} is ${setting.inFiles} in the settings files already: it waits`, sql: [], effect };
  if (setting?.source === "command line" || setting?.source === "environment variable")
    return {
      text: `Set ${name} = ${literal} where the server is started: it comes from the ${setting.source}, which outranks ALTER SYSTEM`,
      sql: [],
      effect,
    };
  return {
    text: `Set ${name}; where an operator or a console manages the settings, set it there`,
    sql: [sql`ALTER SYSTEM SET ${SETTING_SQL[name]} = ${literal};`],
    effect,
  };
}

/** A setting that is a number; NaN when the server shows none. */
export function numberSetting({ settings }: ServerFacts, name: SettingName): number {
  return Number(settings[name]?.value);
}
