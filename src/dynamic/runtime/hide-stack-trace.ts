import { UserError } from "../../errors";
import { printableValue } from "../../printable-text";

/**
 * Runs what read or delete do, and takes the stack from an error that is the user's to fix. Pulumi's server for
 * dynamic providers prints what check, diff, read and delete throw as `${error}: ${error.stack}` under the stack,
 * before the engine shows the message where it belongs, at the resource: of the print-out one line is left, the
 * summary. A bug keeps its stack.
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
