/**
 * One character that must not be printed as it is: a control character (C0, DEL, C1), a line or paragraph separator, an
 * invisible one (bidi marks, zero width, soft hyphen, tags, variation selectors, fillers), a lone surrogate, one of
 * private use or a noncharacter. A terminal may obey it, a log may take it for a line break, and a reader cannot see it.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;

const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE.source, "gu");

const SHORT_ESCAPES: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Writes what a server, a service or a file says so that it stays on its line and a terminal obeys none of it: each
 * {@link UNPRINTABLE} character as `\n`, `\t`, `\x1b`, `\u202e` or `\u{e0001}`.
 *
 * A backslash stays as it is: Windows paths and SQL remain what they are, and a text that has passed once is not
 * changed by passing again.
 */
export function printable(text: string): string {
  return text.replace(EVERY_UNPRINTABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
