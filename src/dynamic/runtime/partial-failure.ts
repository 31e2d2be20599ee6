import { printableLines } from "../../printable-text";
import type { Properties } from "../provider";

/**
 * A create or update that failed halfway: it makes the engine keep the resource with these properties and call update the
 * next time.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly reasons: readonly string[];
  readonly properties: Properties;

  /**
   * @param id - the resource's id
   * @param properties - the properties to record, including `__provider`: without it the resource could no longer be read
   *   or deleted
   * @param cause - the error; its message is shown
   */
  constructor(
    readonly id: string,
    properties: Properties & { readonly __provider: unknown },
    cause: Error,
  ) {
    const message = printableLines(cause.message);
    super(message);
    this.properties = properties;
    this.reasons = [message];
  }
}
