import { UserError } from "../../errors";

/**
 * Asks the service for what a run continues without, as a preview does: no token, no network, an outage.
 *
 * @param otherwise - what is taken to be so then
 */
export async function orIfUnavailable<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) return otherwise;
    throw error;
  }
}
