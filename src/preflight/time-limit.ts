/** How long preflight may take in all where nothing else is said, in milliseconds. */
export const DEFAULT_LIMIT_MS = 60_000;

/** What canceling the statements and closing the sessions may take at the end: two seconds and one. */
const LEAVING_MS = 3_000;

/** Node takes a longer one for none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The end of the time for the whole of preflight. */
export interface TimeLimit {
  /** Aborted when the time is up, or by the caller. */
  readonly signal: AbortSignal;
  /** To be called once all is read. */
  clear(): void;
}

/**
 * Limits preflight as a whole: each of its steps has a limit of its own, and a server that uses all of each is to be
 * given up too. Reading ends early enough to leave the server before the time is up.
 *
 * @param limitMs - for reading and leaving
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
