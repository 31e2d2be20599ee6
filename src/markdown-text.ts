import { printableLines, printableScript, printableValue } from "./printable-text";

/**
 * Writes text from elsewhere as code in a line or a cell of Markdown. There, no HTML, mention, link or command of a forge
 * has a meaning. A bar is escaped, because a table ends a cell at it even in code.
 */
export function code(text: string): string {
  const shown = printableLines(printableValue(text)).replaceAll("|", "\\|");
  if (shown === "") return "(empty)";
  const fence = "`".repeat(longestRun(shown) + 1);
  // Spaces at both ends are removed by the renderer; without them a backtick would touch the fence.
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
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
