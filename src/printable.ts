/**
 * One character that must not be printed as it is: a control character (C0, DEL, C1), a line or paragraph separator, an
 * invisible one (bidi marks, zero width, soft hyphen, tags, variation selectors, fillers), a lone surrogate, one of
 * private use or a noncharacter. It may control a terminal, or be a line break in a log, and a reader cannot see it.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;

/**
 * The character to escape so that the log of a CI service finds no command in a line: `##[…]` (Azure, GitHub's first
 * version), `##vso[…]`, `##teamcity[…]`; and so that Pulumi's display finds no color `<{%…%}>`, because an invalid color
 * ends the whole run of Pulumi (seen with engine 3.274.1). GitLab's sections need control characters.
 *
 * @see https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 * @see https://www.jetbrains.com/help/teamcity/service-messages.html
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/diag/colors/colors.go
 */
export const LOG_COMMAND = /#(?=#[a-z]*\[)|<(?=\{%)|(?<=%)\}(?=>)/iu;

const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE.source, "gu");

const SHORT_ESCAPES: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Escapes text of a server, a service or a file so that it stays on its line and cannot control a terminal: each
 * {@link UNPRINTABLE} character becomes `\n`, `\t`, `\x1b`, `\u202e` or `\u{e0001}`.
 *
 * Backslashes are not escaped: Windows paths and SQL do not change, and doing this twice has the same result as once.
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
