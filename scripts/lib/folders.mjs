// Where things are: the repository, and a cache of what was built, outside of it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Pinned inputs of everything that may be built here. */
export const toolchain = join(repository, "toolchain");

/** @returns {string} this user's cache for this project */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-ardent");
}

/**
 * @param {string[]} paths - files and folders under the repository
 * @param {string[]} [extra] - other things the result depends on
 * @returns {string} 12 hexadecimal digits that change with names and contents
 */
export function hashOf(paths, extra = []) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesUnder).sort()) {
    hash
      .update(`${relative(repository, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  for (const text of extra) hash.update(`${text}\0`);
  return hash.digest("hex").slice(0, 12);
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

/**
 * Makes a folder once: in a draft beside it that gets its name only when complete, so that an interrupted
 * try leaves nothing that looks finished.
 *
 * @param {string} folder
 * @param {(draft: string) => Promise<void>} make - fills the draft
 * @returns {Promise<string>} the folder
 */
export async function makeOnce(folder, make) {
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    await make(draft);
    await rename(draft, folder).catch((error) => {
      // Another process was faster; its folder is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
