import { printableLines } from "./printable-text";

/*
 * All output goes through here: nothing else writes to stdout or stderr (the linter and test/output.test.ts check this),
 * so everything printed has passed `printableLines`, `printableScript` or `printableJson`. What a dynamic provider says
 * goes to the engine by `dynamic/runtime/engine-log.ts`, which passes it through `printableLines` too.
 */

/** Prints lines for the user on stdout. Pulumi shows them live under the stack, unmasked: only what was made for printing. */
export function print(text: string): void {
  console.log(printableLines(text));
}

/** Prints lines on stderr. */
export function printError(text: string): void {
  console.error(printableLines(text));
}

/**
 * Writes the result of a command to stdout.
 *
 * @param text - has passed one of `printable-text` already: a script or JSON has its own rules
 */
export function writeOutput(text: string): void {
  process.stdout.write(text);
}
