import { type RetryBounds, withRetries } from "../with-retries";
import { ForgeError } from "./forge-error";

/** For everything that one run asks a forge, in milliseconds. */
export const LIMIT_MS = 5 * 60_000;

const RETRY: RetryBounds = { attempts: 6, totalMs: LIMIT_MS, initialDelayMs: 1_000 };

/**
 * Retries work after rate limits, 5xx and lost connections.
 *
 * @param bounds - by default 6 attempts within 5 minutes, the second after a second
 * @throws ForgeError of the last attempt
 */
export function retryForge<T>(work: () => Promise<T>, bounds = RETRY): Promise<T> {
  return withRetries(bounds, temporaryFailure, work);
}

function temporaryFailure(error: unknown) {
  if (!(error instanceof ForgeError)) return undefined;
  const { kind, retryAfterMs } = error.facts;
  const isOutage = kind === "unavailable" || kind === "unreachable";
  return isOutage || kind === "rate-limited" ? { isOutage, retryAfterMs } : undefined;
}
