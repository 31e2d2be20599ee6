import { code } from "../../markdown-text";
import { UNKNOWN } from "../../unknown-value";
import { KNOWN_LATER, type Phrase } from "../phrase";

/** Writes a sentence in Markdown, each name in it as code. */
export function markdownPhrase(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === "string") return part;
      return part.name === UNKNOWN ? `_${KNOWN_LATER}_` : code(part.name);
    })
    .join("");
}
