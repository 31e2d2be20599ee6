/** The default time limit for the whole preflight, in milliseconds. */
export const DEFAULT_LIMIT_MS = 60_000;

/** The time for canceling the statements and closing the sessions at the end: two seconds and one. */
const LEAVING_MS = 3_000;

/** Node treats a longer timeout as none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time limit of a preflight. */
export interface TimeLimit {
  /** Aborted when the time is up, or by the caller. */
  readonly signal: AbortSignal;
  /** Call it when everything is read. */
  clear(): void;
}

/**
 * Limits preflight as a whole: each step also has its own limit, but together they would be too long. Reading ends early
 * enough to close the sessions before the time is up.
 *
 * @param limitMs - for reading and closing
 * @param caller - aborts the reading as well
 */
export function timeLimit(limitMs: number, caller: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(new Error(`not read within ${limitMs / 1_000} s, the limit for the whole preflight`)),
    Math.min(Math.max(limitMs - LEAVING_MS, limitMs / 2), LONGEST_TIMER_MS),
  );
  const { signal } = controller;
  return {
    signal: caller === undefined ? signal : AbortSignal.any([signal, caller]),
    clear: () => clearTimeout(timer),
  };
}
