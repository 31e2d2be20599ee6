import { open } from "node:fs/promises";
import { type Problem, UserError } from "../errors";

/** The largest file that is read. */
const LARGEST_BYTES = 64 * 1024 ** 2;

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
  const text = await readText(file).catch((error: NodeJS.ErrnoException) => {
    throw refuse({ what: `cannot be read (${error.code})` }, error);
  });
  if (text === undefined)
    throw refuse({ what: "is too large", needed: `at most ${LARGEST_BYTES / 1024 ** 2} MiB` }, undefined);
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

/** @returns undefined for a file that is too large, of which only the beginning is read */
async function readText(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      size += chunk.length;
      if (size > LARGEST_BYTES) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    await handle.close();
  }
}
