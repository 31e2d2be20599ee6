import { setTimeout as sleep } from "node:timers/promises";
import { ArdentApiError } from "./errors";

/** The bounds within which a call is repeated. */
export interface RetryBounds {
  /** Calls in all, the first included. */
  readonly attempts: number;
  /** For waiting and calling together, in milliseconds; nothing is repeated that would begin after it. */
  readonly totalMs: number;
  /** Before the second call, in milliseconds; doubled for each that follows. A Retry-After makes it longer. */
  readonly initialDelayMs: number;
}

const LONGEST_DELAY_MS = 15_000;

/**
 * Repeats a call while its failure is passing: 429, 5xx and broken connections.
 *
 * @param alsoConflicts - repeat after a 409 too, where the API says to
 * @throws ArdentApiError of the last call, when the bounds are used up or the failure is a lasting one.
 */
export async function withRetries<T>(
  bounds: RetryBounds,
  alsoConflicts: boolean,
  call: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + bounds.totalMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= bounds.attempts || !isRepeatable(error, alsoConflicts)) throw error;
      const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs(bounds, attempt));
      if (Date.now() + delayMs >= end) throw error;
      await sleep(delayMs);
    }
  }
}

function isRepeatable(error: unknown, alsoConflicts: boolean): error is ArdentApiError {
  return error instanceof ArdentApiError && (error.transient || (alsoConflicts && error.code === "conflict"));
}

/** Half of it at random, so that many runs that failed together do not come back together. */
function backoffMs({ initialDelayMs }: RetryBounds, attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, initialDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
