import { escapeCharacter, LOG_COMMAND, printable, UNPRINTABLE } from "./printable";

/** The longest value that a text shows, in UTF-16 units: the rest of what a server or a service says is counted. */
const LONGEST_VALUE = 2_000;

/** The longest line of a text: room for several values. */
const LONGEST_LINE = 10_000;

/** What `picocolors` writes; nothing that is not ours gets this far with its ESC. */
const OUR_COLORS = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|36|39)m)`);

const EVERY_LOG_COMMAND = new RegExp(LOG_COMMAND.source, "giu");

/**
 * GitHub obeys a line that begins with `::`, white space before it or not.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
const COMMAND_LINE = /^(\s*):(?=:)/;

/**
 * Writes one value of a server, a service or a file into a text: on one line, with nothing that a terminal obeys, and
 * not longer than anybody reads.
 */
export function printableValue(value: string): string {
  return cut(printable(value), LONGEST_VALUE);
}

/**
 * The last thing that happens to a text for a terminal or a log: its own line breaks stay, and on no line is anything
 * that a terminal, the log of a CI service or Pulumi's display obeys. A line break inside a value is not the text's own:
 * values are written by {@link printableValue} before. A text that has passed once is not changed by passing again.
 *
 * @param options.colored - whether the text holds colors of ours
 */
export function printableLines(text: string, options: { readonly colored?: boolean } = {}): string {
  return text
    .split("\n")
    .map((line) => cut(harmless(line, options.colored === true), LONGEST_LINE))
    .join("\n");
}

/** The same for SQL to be run: no line is cut. */
export function printableScript(script: string): string {
  return script
    .split("\n")
    .map((line) => harmless(line, false))
    .join("\n");
}

/**
 * Writes a value as JSON that parses to the same value, and that is harmless as a text: what is not to be printed, and
 * what a log obeys, is written by its code.
 *
 * @param space - as of JSON.stringify
 */
export function printableJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(NOT_OUR_BREAK, codes).replace(EVERY_LOG_COMMAND, codes);
}

/** JSON.stringify leaves no line break in a string: each one that is there is between two values. */
const NOT_OUR_BREAK = new RegExp(`(?!\n)${UNPRINTABLE.source}`, "gu");

function codes(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

function harmless(line: string, colored: boolean): string {
  const shown = colored
    ? line
        .split(OUR_COLORS)
        .map((part, index) => (index % 2 === 1 ? part : printable(part)))
        .join("")
    : printable(line);
  return shown.replace(EVERY_LOG_COMMAND, escapeCharacter).replace(COMMAND_LINE, "$1\\x3a");
}

/** Cuts, and says how much is missing, so that the result is within the limit itself. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - 40).replace(/[\ud800-\udbff]$/, "");
  return `${kept} … (${text.length - kept.length} more characters)`;
}
