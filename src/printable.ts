/**
 * One character that must not be printed as it is: a control character (C0, DEL, C1), a line or paragraph separator, an
 * invisible one (bidi marks, zero width, soft hyphen, tags, variation selectors, fillers), a lone surrogate, one of
 * private use or a noncharacter. A terminal may obey it, a log may take it for a line break, and a reader cannot see it.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;

/**
 * The character to break so that the log of a CI service obeys nothing in a line: `##[…]` (Azure, GitHub's first version),
 * `##vso[…]`, `##teamcity[…]`; and so that Pulumi's display takes nothing for colors, `<{%…%}>`, which ends the whole
 * run of Pulumi where it is no color (seen with engine 3.274.1). GitLab's sections need control characters.
 *
 * @see https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 * @see https://www.jetbrains.com/help/teamcity/service-messages.html
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/diag/colors/colors.go
 */
export const LOG_COMMAND = /#(?=#[a-z]*\[)|<(?=\{%)|(?<=%)\}(?=>)/iu;

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

/** Writes one character as {@link printable} does. */
export function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
