import { inUnit } from "./units";

/** What a setting takes (pg_settings). */
export interface SettingKind {
  /** `bool`, `integer`, `real`, `enum` or `string`. */
  readonly type: string;
  /** Such as `ms` or `MB`; null where it has none. */
  readonly unit: string | null;
}

/** The same, with the values that it takes. */
export interface SettingValues extends SettingKind {
  /** The least and the largest number, in its unit; null where it is no number. */
  readonly min: string | null;
  readonly max: string | null;
  /** The words of an enum; null for other types. */
  readonly words: readonly string[] | null;
}

/**
 * Tells whether Postgres would take a value, by what pg_settings says of the setting. Rules that stand in the server's
 * code are not known.
 */
export function isValidValue(written: string, { type, unit, min, max, words }: SettingValues): boolean {
  if (type === "bool") return booleanOf(written) !== undefined;
  if (type === "enum") return words?.includes(enumWord(written)) ?? false;
  if (type !== "integer") return true;
  const number = inUnit(written, unit ?? undefined);
  return number >= Number(min) && number <= Number(max);
}

/**
 * Writes a value as pg_settings shows it: roles, databases and files have it as somebody wrote it, such as `t`, `0x3E8`
 * or `5min`.
 *
 * Postgres itself cannot be asked without taking the value on: set_config has it hold for the session, runs the hooks of
 * the setting, and refuses those that need a restart. A test compares with what it makes of the value.
 *
 * @returns the value as it was written where Postgres would not take it
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

/** What else enums take for a word; pg_settings does not list it. */
const UNLISTED: { readonly [word: string]: readonly string[] } = {
  on: ["true", "yes", "1"],
  off: ["false", "no", "0"],
  replica: ["archive", "hot_standby"],
};

/** Postgres takes each beginning of a word that is one word's alone (parse_bool). */
function booleanOf(written: string): "on" | "off" | undefined {
  const word = written.toLowerCase();
  if (word === "") return undefined;
  if (["true", "yes"].some((name) => name.startsWith(word)) || word === "on" || word === "1") return "on";
  if (["false", "no"].some((name) => name.startsWith(word)) || ["of", "off", "0"].includes(word))
    return "off";
  return undefined;
}
