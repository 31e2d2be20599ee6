import { MAX_NAME_BYTES } from "../../postgres/identifiers";

/**
 * Pieces that are not broken: a word, a statement or a command inside of prose, a setting with its value, and a text in
 * double quotes that is at most as long as a name of Postgres.
 */
const PIECE = new RegExp(
  String.raw`(?:\`[^\`]{1,100}\`|"[^"]{1,${MAX_NAME_BYTES}}"|\b(?:SELECT|ALTER|CREATE|DROP|GRANT|REVOKE|SET) [^;]{1,100};| = |\S)+`,
  "g",
);

/**
 * Breaks prose into lines. A piece that is longer than a line gets its own line, because half a name cannot be pasted.
 *
 * @param width - of a line, in characters; Infinity breaks nothing
 * @returns at least one line, without indentation
 */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const [piece] of text.matchAll(PIECE)) {
    if (line !== "" && line.length + 1 + piece.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? piece : `${line} ${piece}`;
  }
  return [...lines, line];
}

/** The minimum width of prose, even in a narrow terminal. */
const NARROWEST = 30;

/**
 * Wraps prose that follows a head, and aligns its other lines with the first one.
 *
 * @param head - the text before it on the first line
 * @param shown - the head as it is printed: with colors, which have no width
 */
export function wrapAfter(head: string, text: string, width: number, shown = head): string[] {
  const indent = " ".repeat(head.length);
  return wrap(text, Math.max(width - head.length, NARROWEST)).map(
    (line, index) => `${index === 0 ? shown : indent}${line}`,
  );
}
