import { printableLines, printableValue } from "./printable-text";

/**
 * Makes an error and its causes harmless if other code prints them: Node prints an uncaught one, Pulumi one that a
 * provider throws. A server's message is one value, so its line breaks are escaped.
 *
 * @returns the same error
 */
export function printableError<T>(error: T): T {
  const seen = new Set<unknown>();
  for (let one: unknown = error; one instanceof Error && !seen.has(one); one = one.cause) {
    seen.add(one);
    const { message, stack } = one;
    // Errors of Postgres have a severity, in whatever language.
    const shown = printableLines("severity" in one ? printableValue(message) : message);
    if (stack !== undefined) replace(one, "stack", printableLines(stack.replace(message, () => shown)));
    if (shown !== message) replace(one, "message", shown);
  }
  return error;
}

/** Defined rather than assigned: some errors of Node have a message that cannot be. */
function replace(error: Error, property: "message" | "stack", value: string): void {
  if (error[property] === value) return;
  Object.defineProperty(error, property, { value, configurable: true, writable: true });
}
