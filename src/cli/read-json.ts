import { readFile } from "node:fs/promises";
import { type Problem, UserError } from "../errors";

/**
 * Reads a file of JSON.
 *
 * @param error.summary - what could not be done without it
 * @param error.fix - which file to name
 * @throws {UserError} when it cannot be read, or holds something else
 */
export async function readJson(
  file: string,
  { summary, fix }: { readonly summary: string; readonly fix: string },
): Promise<unknown> {
  const refuse = (problem: Problem, cause: unknown) =>
    new UserError(summary, [{ object: file, fix, ...problem }], { cause });
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refuse({ what: `cannot be read (${error.code})` }, error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse({ what: "does not hold JSON" }, error);
  }
}
