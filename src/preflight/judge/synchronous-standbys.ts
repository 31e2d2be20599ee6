/**
 * How many standbys synchronous_standby_names makes a commit wait for: `FIRST n (…)`, `ANY n (…)`, `n (…)`, or a plain
 * list, of which one is enough.
 *
 * @param names - the value of the setting, which the server has found well-formed
 * @returns 0 when it is empty
 * @see https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
 */
export function standbysWaitedFor(names: string): number {
  if (names.trim() === "") return 0;
  const [, count] = /^\s*(?:(?:first|any)\s+)?(\d+)\s*\(/i.exec(names) ?? [];
  return count === undefined ? 1 : Number(count);
}
