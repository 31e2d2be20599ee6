import { UserError } from "../../errors";

/**
 * Makes an optional call to the service, for a run such as a preview that continues without a token, without network, or
 * during an outage.
 *
 * @param otherwise - the result in that case
 */
export async function orIfUnavailable<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) return otherwise;
    throw error;
  }
}
