import { type RetryBounds, withRetries } from "../with-retries";
import { ArdentApiError } from "./errors";

/**
 * Retries a call of the API after temporary failures: 429, 5xx and broken connections.
 *
 * @param alsoConflicts - retry after a 409 too, if the API says so
 * @throws ArdentApiError of the last call, if the limits are reached or the failure is permanent.
 */
export function retryCall<T>(
  bounds: RetryBounds,
  alsoConflicts: boolean,
  call: () => Promise<T>,
): Promise<T> {
  return withRetries(bounds, (error) => (isRepeatable(error, alsoConflicts) ? error : undefined), call);
}

function isRepeatable(error: unknown, alsoConflicts: boolean): error is ArdentApiError {
  return error instanceof ArdentApiError && (error.transient || (alsoConflicts && error.code === "conflict"));
}
