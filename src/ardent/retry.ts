import { setTimeout as sleep } from "node:timers/promises";
import { ArdentApiError } from "./errors";

/** The limits of retrying a call. */
export interface RetryBounds {
  /** The total number of calls, including the first. */
  readonly attempts: number;
  /** The total time of waiting and calling, in milliseconds; no retry starts after it. */
  readonly totalMs: number;
  /** The same after 5xx or no response, in milliseconds; `totalMs` if undefined. */
  readonly outageMs?: number;
  /** Before the second call, in milliseconds; doubled for each that follows. A Retry-After makes it longer. */
  readonly initialDelayMs: number;
}

const LONGEST_DELAY_MS = 15_000;

/**
 * Retries a call after temporary failures: 429, 5xx and broken connections.
 *
 * @param alsoConflicts - retry after a 409 too, if the API says so
 * @throws ArdentApiError of the last call, if the limits are reached or the failure is permanent.
 */
export async function withRetries<T>(
  bounds: RetryBounds,
  alsoConflicts: boolean,
  call: () => Promise<T>,
): Promise<T> {
  const begun = Date.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= bounds.attempts || !isRepeatable(error, alsoConflicts)) throw error;
      const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs(bounds, attempt));
      const longestMs = error.isOutage ? (bounds.outageMs ?? bounds.totalMs) : bounds.totalMs;
      if (Date.now() + delayMs >= begun + longestMs) throw error;
      await sleep(delayMs);
    }
  }
}

function isRepeatable(error: unknown, alsoConflicts: boolean): error is ArdentApiError {
  return error instanceof ArdentApiError && (error.transient || (alsoConflicts && error.code === "conflict"));
}

/** Half of the delay is random, so that runs that failed at the same time do not retry at the same time. */
function backoffMs({ initialDelayMs }: RetryBounds, attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, initialDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
