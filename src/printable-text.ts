import { escapeCharacter, LOG_COMMAND, printable, UNPRINTABLE } from "./printable";

/** The longest value that is shown, in UTF-16 units: of a longer one, the rest is only counted. */
const LONGEST_VALUE = 2_000;

/** The longest line that is shown: it has room for several values. */
const LONGEST_LINE = 10_000;

/** The color codes of `picocolors`; in text from elsewhere, ESC has already been escaped. */
const OUR_COLORS = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|36|39)m)`);

const EVERY_LOG_COMMAND = new RegExp(LOG_COMMAND.source, "giu");

/**
 * GitHub runs a line that begins with `::` as a command, even with white space before it.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
const COMMAND_LINE = /^(\s*):(?=:)/;

/**
 * Writes one value of a server, a service or a file into a text: on one line, without terminal control characters, and
 * cut if it is too long to read.
 */
export function printableValue(value: string): string {
  return cut(printable(value), LONGEST_VALUE);
}

/**
 * The last step for a text to a terminal or a log: its line breaks stay, but nothing in it can control a terminal, the
 * log of a CI service or Pulumi's display. Values with line breaks must have passed {@link printableValue} before. Doing
 * this twice has the same result as once.
 *
 * @param options.colored - whether the text contains our own colors
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
 * Writes a value as JSON that parses to the same value and is harmless to print: unprintable characters, and those that
 * start a command in a log, are escaped.
 *
 * @param space - as of JSON.stringify
 */
export function printableJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(NOT_OUR_BREAK, codes).replace(EVERY_LOG_COMMAND, codes);
}

/** JSON.stringify escapes line breaks in strings, so every real line break is between two values. */
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

/** Cuts the text and says how much is missing; the result including this note is within the limit. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, limit - 40).replace(/[\ud800-\udbff]$/, "");
  return `${kept} … (${text.length - kept.length} more characters)`;
}
