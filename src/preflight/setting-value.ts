import { inUnit } from "./units";

/** What a setting takes (pg_settings). */
export interface SettingKind {
  /** `bool`, `integer`, `real`, `enum` or `string`. */
  readonly type: string;
  /** Such as `ms` or `MB`; null where it has none. */
  readonly unit: string | null;
}

/**
 * Writes a value as pg_settings shows it: roles, databases and files have it as somebody wrote it, such as `t`, `0x3E8`
 * or `5min`.
 *
 * @returns the value as it was written where Postgres would not take it
 */
export function canonicalValue(written: string, { type, unit }: SettingKind): string {
  if (type === "bool") return booleanOf(written) ?? written;
  if (type === "enum") return written.toLowerCase();
  if (type !== "integer") return written;
  const number = inUnit(written, unit ?? undefined);
  return Number.isNaN(number) ? written : String(number);
}

/** Postgres takes each beginning of a word that is one word's alone (parse_bool). */
function booleanOf(written: string): "on" | "off" | undefined {
  const word = written.toLowerCase();
  if (word === "") return undefined;
  if (["true", "yes"].some((name) => name.startsWith(word)) || word === "on" || word === "1") return "on";
  if (["false", "no"].some((name) => name.startsWith(word)) || ["of", "off", "0"].includes(word))
    return "off";
  return undefined;
}
