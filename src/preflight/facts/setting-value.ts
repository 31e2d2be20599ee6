import { inUnit } from "./units";

/** The type of a setting (pg_settings). */
export interface SettingKind {
  /** `bool`, `integer`, `real`, `enum` or `string`. */
  readonly type: string;
  /** Such as `ms` or `MB`; null if it has none. */
  readonly unit: string | null;
}

/** The same, with the allowed values. */
export interface SettingValues extends SettingKind {
  /** The smallest and the largest number, in its unit; null if it is not a number. */
  readonly min: string | null;
  readonly max: string | null;
  /** The words of an enum; null for other types. */
  readonly words: readonly string[] | null;
}

/**
 * Whether Postgres would accept a value, according to pg_settings. Additional rules in the server's code are not known.
 */
export function isValidValue(written: string, { type, unit, min, max, words }: SettingValues): boolean {
  if (type === "bool") return booleanOf(written) !== undefined;
  if (type === "enum") return words?.includes(enumWord(written)) ?? false;
  if (type !== "integer") return true;
  const number = inUnit(written, unit ?? undefined);
  return number >= Number(min) && number <= Number(max);
}

/**
 * Writes a value as pg_settings shows it: roles, databases and files have it as the user wrote it, such as `t`, `0x3E8`
 * or `5min`.
 *
 * Postgres can only convert a value by setting it: set_config changes it for the session, runs the setting's hooks, and
 * rejects settings that need a restart. A test compares this function with Postgres' own result.
 *
 * @returns the value as it was written, if Postgres would reject it
 */
export function canonicalValue(written: string, { type, unit }: SettingKind): string {
  if (type === "bool") return booleanOf(written) ?? written;
  if (type === "enum") return enumWord(written);
  if (type !== "integer") return written;
  const number = inUnit(written, unit ?? undefined);
  return Number.isNaN(number) ? written : String(number);
}

function enumWord(written: string): string {
  const word = written.toLowerCase();
  return Object.entries(UNLISTED).find(([, others]) => others.includes(word))?.[0] ?? word;
}

/** Further words that enums accept; pg_settings does not list them. */
const UNLISTED: { readonly [word: string]: readonly string[] } = {
  on: ["true", "yes", "1"],
  off: ["false", "no", "0"],
  replica: ["archive", "hot_standby"],
};

/** Postgres accepts every unique prefix of a word (parse_bool). */
function booleanOf(written: string): "on" | "off" | undefined {
  const word = written.toLowerCase();
  if (word === "") return undefined;
  if (["true", "yes"].some((name) => name.startsWith(word)) || word === "on" || word === "1") return "on";
  if (["false", "no"].some((name) => name.startsWith(word)) || ["of", "off", "0"].includes(word))
    return "off";
  return undefined;
}
