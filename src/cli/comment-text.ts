import { bodyOf } from "../comment/upsert-comment";
import { UserError } from "../errors";
import { readTextFileOrStdin } from "./read-text";

const SUMMARY = "The text cannot be a comment";
const FIX = "name a file with Markdown in it, or - for stdin";

/**
 * Reads the text of a comment.
 *
 * @param file - `-` for stdin
 * @param name - of the comment: its marker needs room too
 * @param forge - which one, and its longest comment in characters
 * @throws {UserError} if it cannot be read, is empty, or is too long
 */
export async function readCommentText(
  file: string,
  name: string,
  forge: { readonly word: "github" | "gitlab"; readonly longest: number },
): Promise<string> {
  const error = { summary: SUMMARY, fix: FIX };
  const text = await readTextFileOrStdin(file, error);
  const object = file === "-" ? "stdin" : file;
  if (text.trim() === "") throw new UserError(SUMMARY, [{ object, what: "is empty", fix: FIX }]);
  const { length } = bodyOf(name, text);
  if (length <= forge.longest) return text;
  throw new UserError(SUMMARY, [
    {
      object,
      what: `is too long for a comment: ${shown(length)} characters with its marker`,
      needed: `at most ${shown(forge.longest)}`,
      fix: `pulumi-ardent review --for ${forge.word} writes a text that is short enough`,
    },
  ]);
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}
