import { type Problem, UserError } from "../errors";
import { readTextFile } from "./read-text";

/** Names with a special meaning in JavaScript, which none of our fields has. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads a file of JSON, of 64 MiB at most.
 *
 * @param error.summary - the first line of the error
 * @param error.fix - which file to name
 * @throws {UserError} when it cannot be read, or has other content
 */
export async function readJson(
  file: string,
  { summary, fix }: { readonly summary: string; readonly fix: string },
): Promise<unknown> {
  const refuse = (problem: Problem, cause: unknown) =>
    new UserError(summary, [{ object: file, fix, ...problem }], { cause });
  const text = await readTextFile(file, { summary, fix });
  const forbidden = new Set<string>();
  let json: unknown;
  try {
    json = JSON.parse(text, (name, value) => {
      if (FORBIDDEN_NAMES.has(name)) forbidden.add(name);
      return value;
    });
  } catch (error) {
    throw refuse({ what: "is not valid JSON" }, error);
  }
  if (forbidden.size > 0)
    throw refuse({ what: `contains a field that is not allowed: ${[...forbidden].join(", ")}` }, undefined);
  return json;
}
