import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file atomically and readable only by its owner, even if there was another file before.
 *
 * It is written under a random name in the same folder, which other users cannot predict, and then renamed: an old file
 * loses its mode and its other hard links. A symbolic link is neither followed (its author could choose where the content
 * goes) nor replaced; nor is a device or a pipe.
 *
 * @throws NodeJS.ErrnoException that says why; its `code` is `ELOOP` for a symbolic link, as open(2) has it with
 *   O_NOFOLLOW, and `EINVAL` for anything else that is neither a file nor a folder. Nothing is left behind.
 */
export function writePrivateFile(file: string, content: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) throw refusal("ELOOP", "is a symbolic link", file);
  if (found !== undefined && !found.isFile() && !found.isDirectory())
    throw refusal("EINVAL", "is not a regular file", file);
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(12).toString("hex")}.tmp`);
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function refusal(code: string, what: string, file: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${file} ${what}`), { code });
}
