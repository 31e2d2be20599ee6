import { setTimeout as sleep } from "node:timers/promises";

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

/** What a failure says about the next call. */
export interface TemporaryFailure {
  /** Whether the service does not respond or has an error of its own. */
  readonly isOutage: boolean;
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

const LONGEST_DELAY_MS = 15_000;

/**
 * Retries a call after temporary failures.
 *
 * @param temporary - undefined for a permanent failure
 * @throws the error of the last call, if the limits are reached or the failure is permanent
 */
export async function withRetries<T>(
  bounds: RetryBounds,
  temporary: (error: unknown) => TemporaryFailure | undefined,
  call: () => Promise<T>,
): Promise<T> {
  const begun = Date.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const failure = temporary(error);
      if (attempt >= bounds.attempts || failure === undefined) throw error;
      const delayMs = Math.max(failure.retryAfterMs ?? 0, backoffMs(bounds, attempt));
      const longestMs = failure.isOutage ? (bounds.outageMs ?? bounds.totalMs) : bounds.totalMs;
      if (Date.now() + delayMs >= begun + longestMs) throw error;
      await sleep(delayMs);
    }
  }
}

/** Half of the delay is random, so that runs that failed at the same time do not retry at the same time. */
function backoffMs({ initialDelayMs }: RetryBounds, attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, initialDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
