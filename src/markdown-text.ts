import { printableLines, printableScript, printableValue } from "./printable-text";

/**
 * Writes text from elsewhere as code in a line of Markdown. There, no HTML, mention, link or command of a forge has a
 * meaning.
 */
export function code(text: string): string {
  const shown = printableLines(printableValue(text));
  if (shown === "") return "(empty)";
  const fence = "`".repeat(longestRun(shown) + 1);
  // Spaces at both ends are removed by the renderer; without them a backtick would touch the fence.
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** The same in a cell of a table, which ends at a bar even in code. Elsewhere the backslash would be shown. */
export function codeInCell(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/**
 * Writes lines from elsewhere as a block of code that nothing in them can end.
 *
 * @param language - for its colors, such as `sql`
 */
export function codeBlock(text: string, language = ""): string {
  const lines = language === "sql" ? printableScript(text) : printableLines(text);
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}${language}\n${lines.trimEnd()}\n${fence}`;
}

/** Makes Markdown that is hidden until a reader opens it. */
export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}
