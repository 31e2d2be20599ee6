import { DelegateBackoff, handleWhen, type IRetryBackoffContext, retry } from "cockatiel";
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
  const repeatable = (error: Error): boolean =>
    error instanceof ArdentApiError &&
    (error.transient || (alsoConflicts && error.code === "conflict")) &&
    Date.now() + (error.retryAfterMs ?? 0) < end;
  const policy = retry(handleWhen(repeatable), {
    maxAttempts: bounds.attempts - 1,
    backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) => delay(bounds, context)),
  });
  return policy.execute(call);
}

function delay(bounds: RetryBounds, { attempt, result }: IRetryBackoffContext<unknown>): number {
  const doubled = Math.min(LONGEST_DELAY_MS, bounds.initialDelayMs * 2 ** (attempt - 1));
  // Half of it at random, so that many runs that failed together do not come back together.
  const jittered = doubled * (0.5 + Math.random() / 2);
  const asked =
    "error" in result && result.error instanceof ArdentApiError ? (result.error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, jittered);
}
