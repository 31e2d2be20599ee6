import { printableLines } from "./printable-text";

/*
 * The one way out: nothing else writes to stdout or stderr (the linter and test/output.test.ts see to it), so that
 * nothing is printed that has not passed `printableLines`, `printableScript` or `printableJson`.
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
 * Writes to stdout what a command was asked for.
 *
 * @param text - has passed one of `printable-text` already: a script or JSON has its own rules
 */
export function writeOutput(text: string): void {
  process.stdout.write(text);
}
