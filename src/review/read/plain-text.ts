import { stripVTControlCharacters } from "node:util";

/** The engine's own marks of colors, such as `<{%fg 1%}>`. */
const COLOR_MARK = /<\{%[^%]{0,100}%\}>/g;

/** A message without colors, and without white space around it; its line breaks stay. */
export function plainText(message: string): string {
  return stripVTControlCharacters(message.replace(COLOR_MARK, "")).replaceAll("\r\n", "\n").trim();
}
