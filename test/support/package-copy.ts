import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeOwnFolder } from "./leftovers";
import { PACKAGE_VARIABLE } from "./postgres-run";

const root = resolve(__dirname, "../..");

/** What npm packs without being told. */
const ALWAYS = ["package.json", "README.md", "LICENSE"];

/**
 * Copies what npm would pack, as it was built, to where no build that runs beside the tests replaces it: below this
 * checkout, so that the copy finds the checkout's dependencies.
 *
 * @returns the folder; undefined while nothing is built
 */
export async function copyPackage(): Promise<string | undefined> {
  if (!existsSync(join(root, "dist"))) return undefined;
  const { files } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { files: string[] };
  const folder = await makeOwnFolder(root, ".test-package-");
  for (const file of [...ALWAYS, ...files])
    await cp(join(root, file), join(folder, file), { recursive: true });
  return folder;
}

/**
 * The built package that tests run.
 *
 * @throws Error when nothing is built
 */
export function packageUnderTest(): string {
  const folder = process.env[PACKAGE_VARIABLE];
  if (folder === undefined) throw new Error("The package is not built. Run: npm run build");
  return folder;
}
