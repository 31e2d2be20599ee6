import { UserError } from "../../errors";
import { printableValue } from "../../printable-text";

/**
 * Runs read or delete, and removes the stack from an error that the user can fix. Pulumi's server for dynamic providers
 * prints errors of check, diff, read and delete as `${error}: ${error.stack}` under the stack, before the engine shows
 * the message at the resource: without the stack, only the one-line summary is printed. A bug keeps its stack.
 */
export async function hideStackTrace<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UserError) {
      error.stack = printableValue(error.summary);
      Object.defineProperty(error, "toString", { value: () => "Ardent" });
    }
    throw error;
  }
}
