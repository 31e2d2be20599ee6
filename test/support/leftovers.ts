// What a killed run leaves: its name has the id of the process that made it.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Makes a folder for this process, and removes those that processes which are gone left beside it.
 *
 * @param prefix - of the folders' names; the process id follows it
 */
export async function makeOwnFolder(parent: string, prefix: string): Promise<string> {
  for (const name of await readdir(parent))
    if (name.startsWith(prefix) && isOfDeadProcess(name.slice(prefix.length)))
      await rm(join(parent, name), { recursive: true, force: true });
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

/**
 * Whether the process is gone that a name begins with.
 *
 * @param text - begins with a process id and a hyphen; what does not is nobody's, and is kept
 */
export function isOfDeadProcess(text: string): boolean {
  const [, pid] = /^(\d+)-/.exec(text) ?? [];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
