import { printableValue } from "../printable-text";
import { UNKNOWN } from "../unknown-value";

/**
 * A sentence with names of the program in it. Each output writes the names in its own way: text of a program never becomes
 * part of a sentence before it is escaped.
 */
export type Phrase = readonly (string | Name)[];

/** Text from a preview. */
export interface Name {
  readonly name: string;
}

/**
 * Writes a sentence: the template is our own text; each string in it is a name.
 *
 * @example say`${role} becomes a superuser`
 */
export function say(template: TemplateStringsArray, ...parts: readonly (string | Phrase)[]): Phrase {
  return template.flatMap((text, index) => {
    const part = parts[index];
    const own = text === "" ? [] : [text];
    if (part === undefined) return own;
    return [...own, ...(typeof part === "string" ? [{ name: part }] : part)];
  });
}

/** Joins sentences. */
export function joinPhrases(phrases: readonly Phrase[], separator: string): Phrase {
  return phrases.flatMap((phrase, index) => (index === 0 ? phrase : [separator, ...phrase]));
}

/** Names in a list, of which the first few are written. */
export function sayNames(names: readonly string[], most = 5): Phrase {
  const shown = names.slice(0, most).map((name) => say`${name}`);
  const rest = names.length - shown.length;
  return [...joinPhrases(shown, ", "), ...(rest > 0 ? [` and ${rest} more`] : [])];
}

/** What is written for a name that only the deployment knows. */
export const KNOWN_LATER = "(known during the deployment)";

/** The sentence as plain text, with each name in quotes. It is printable, on one line. */
export function plainPhrase(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === "string") return part;
      return part.name === UNKNOWN ? KNOWN_LATER : `"${printableValue(part.name)}"`;
    })
    .join("");
}
