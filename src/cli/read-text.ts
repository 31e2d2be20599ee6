import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { UserError } from "../errors";

/** The largest text that is read. */
export const LARGEST_BYTES = 64 * 1024 ** 2;

/**
 * Reads a text file, of 64 MiB at most.
 *
 * @param error.summary - the first line of the error
 * @param error.fix - which file to name
 * @throws {UserError} when it cannot be read or is too large
 */
export async function readTextFile(
  file: string,
  error: { readonly summary: string; readonly fix: string },
): Promise<string> {
  const text = await readFileAtMost(file).catch((cause: NodeJS.ErrnoException) => {
    const what = `cannot be read (${cause.code})`;
    throw new UserError(error.summary, [{ object: file, what, fix: error.fix }], { cause });
  });
  return text ?? throwTooLarge(file, error);
}

/** Reads a text file, or the standard input for `-`, in the same way. */
export async function readTextFileOrStdin(
  file: string,
  error: { readonly summary: string; readonly fix: string },
): Promise<string> {
  if (file !== "-") return readTextFile(file, error);
  return (await readAtMost(process.stdin)) ?? throwTooLarge("stdin", error);
}

function throwTooLarge(object: string, { summary, fix }: { summary: string; fix: string }): never {
  const needed = `at most ${LARGEST_BYTES / 1024 ** 2} MiB`;
  throw new UserError(summary, [{ object, fix, what: "is too large", needed }]);
}

async function readFileAtMost(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    return await readAtMost(handle.createReadStream({ autoClose: false }));
  } finally {
    await handle.close();
  }
}

/** @returns undefined for a text that is too large, of which only the beginning is read */
async function readAtMost(stream: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
