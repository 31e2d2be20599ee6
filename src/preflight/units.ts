/** What one of a unit is, in the smallest of its kind: bytes or microseconds. */
const UNITS: { readonly [unit: string]: number } = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  us: 1,
  ms: 1000,
  s: 1000 ** 2,
  min: 60 * 1000 ** 2,
  h: 3600 * 1000 ** 2,
  d: 86_400 * 1000 ** 2,
};

/**
 * Reads the value of a setting as a number: pg_settings shows it in the setting's own unit, roles, databases and
 * files have it as it was written, such as "5min".
 *
 * @param value - a number with or without a unit
 * @param unit - the setting's own unit, in which the number is returned
 * @returns NaN when it is no number, or of another kind
 * @see https://www.postgresql.org/docs/current/config-setting.html
 */
export function inUnit(value: string, unit: keyof typeof UNITS): number {
  const [, number, written] = /^(-?[\d.]+)\s*([a-zA-Z]*)$/.exec(value.trim()) ?? [];
  if (number === undefined) return Number.NaN;
  if (written === undefined || written === "") return Number(number);
  return (Number(number) * (UNITS[written] ?? Number.NaN)) / (UNITS[unit] ?? Number.NaN);
}
