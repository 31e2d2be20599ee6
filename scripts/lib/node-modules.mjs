// Node's version, and the dependencies that package-lock.json names.
import { existsSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.mjs";
import { hashOf, repository } from "./folders.mjs";
import { nodeEnvironment } from "./node.mjs";
import { SetupError, step } from "./report.mjs";

/** These scripts start on it; the suite runs on a newer one, which they fetch (node.mjs). */
const OLDEST_NODE = 20;

/** npm writes both files in one go, in no particular order. */
const SAME_TIME_MS = 5_000;

/** @throws {SetupError} when this Node is too old */
export function requireNode() {
  const [major] = process.versions.node.split(".");
  if (Number(major) < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.versions.node} is too old.`,
      `Install Node ${OLDEST_NODE} or newer and run this again.`,
    );
  }
}

/**
 * Runs `npm ci` unless node_modules is what package-lock.json says.
 *
 * @param {string | undefined} nodeFolder - of `ensureSuiteNode`: npm leaves out optional packages that refuse its Node
 */
export async function ensureNodeModules(nodeFolder) {
  const lock = join(repository, "package-lock.json");
  const stamp = join(repository, "node_modules", ".pulumi-ardent-lock");
  const wanted = hashOf([lock]);
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;

  if (!installedAfter(lock)) {
    await step("Installing the npm packages", "about 20 s", () =>
      run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: repository, env: nodeEnvironment(nodeFolder) }),
    );
  }
  await writeFile(stamp, wanted);
}

/** An `npm install` by hand leaves npm's own record, newer than the lock file. */
function installedAfter(lock) {
  const record = join(repository, "node_modules", ".package-lock.json");
  return existsSync(record) && statSync(record).mtimeMs + SAME_TIME_MS >= statSync(lock).mtimeMs;
}
