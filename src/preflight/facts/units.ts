/** The size of each unit in the smallest unit of its kind; the largest first, as in Postgres. */
const MEMORY = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["kB", 1024],
  ["B", 1],
] as const;
const TIME = [
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["min", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1_000],
  ["us", 1],
] as const;

/**
 * Reads the value of an integer setting as Postgres does, hexadecimal and octal numbers, exponents and fractions
 * included.
 *
 * @param value - a number with or without a unit
 * @param unit - the setting's own unit, in which the number is returned, such as `ms` or `8kB`; undefined for a setting without one
 * @returns a whole number; NaN if Postgres would reject the value
 * @see https://www.postgresql.org/docs/current/config-setting.html, and parse_int in src/backend/utils/misc/guc.c
 */
export function inUnit(value: string, unit?: string): number {
  const [, digits = "", written = ""] = NUMBER.exec(value.trim()) ?? [];
  const number = numberOf(digits);
  if (written === "" || Number.isNaN(number)) return roundHalfEven(number);
  return roundHalfEven(converted(number, written, unit));
}

const NUMBER = /^([+-]?(?:0x[\da-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?))\s*([a-z]*)$/i;

/** Parses like strtol with a base of 0, or like strtod if there is a point or an exponent. */
function numberOf(digits: string): number {
  const sign = digits.startsWith("-") ? -1 : 1;
  const bare = digits.replace(/^[+-]/, "");
  if (bare === "") return Number.NaN;
  if (/^0\d+$/.test(bare)) return /^[0-7]+$/.test(bare) ? sign * Number.parseInt(bare, 8) : Number.NaN;
  return sign * Number(bare);
}

/** A fraction is first rounded to the next smaller unit, so 30.1GB is a whole number of MB. */
function converted(number: number, written: string, unit: string | undefined): number {
  const [, blocks = "", own] = /^(\d*)(.*)$/.exec(unit ?? "") ?? [];
  const units = [MEMORY, TIME].find((table) => table.some(([name]) => name === own)) ?? [];
  const at = units.findIndex(([name]) => name === written);
  const base = (units.find(([name]) => name === own)?.[1] ?? Number.NaN) * (Number(blocks) || 1);
  const factor = (units[at]?.[1] ?? Number.NaN) / base;
  const smaller = units[at + 1];
  if (smaller === undefined) return number * factor;
  const step = smaller[1] / base;
  return roundHalfEven((number * factor) / step) * step;
}

function roundHalfEven(number: number): number {
  const below = Math.floor(number);
  if (number - below !== 0.5) return Math.round(number);
  return below % 2 === 0 ? below : below + 1;
}
