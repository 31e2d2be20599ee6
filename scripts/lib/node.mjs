// Builds of Node from the npm registry, pinned in toolchain/: the suite's where the machine's is older, and one of
// each major that people run for the smoke test of the package.
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { isExecutable, run } from "./command.mjs";
import { cacheFolder, hashOf, makeOnce, toolchain } from "./folders.mjs";
import { SetupError, step } from "./report.mjs";

/** The majors that can be had. */
export const nodeMajors = [22, 24, 26];

/** The major that the suite runs on where the machine's is too old: the oldest one that `engines` allows. */
const SUITE_MAJOR = 22;

/** The oldest one that the suite runs on: testcontainers asks for it. */
const OLDEST = { major: 22, minor: 22 };

/**
 * Sees to it that the suite has a Node that is new enough.
 *
 * @param {{ version: string, execPath: string }} [current] - what runs this script, by default
 * @returns {Promise<string | undefined>} the folder of the one that was fetched; undefined where the current one will do
 * @throws {SetupError} when there is none
 */
export async function ensureSuiteNode(current = process) {
  const fetched = current.execPath.startsWith(cacheFolder());
  return isNewEnough(current.version) && !fetched ? undefined : ensureNode(SUITE_MAJOR);
}

/**
 * Fetches Node unless that was done before. `npm ci` refuses a build whose hash is not the pinned one.
 *
 * @param {number} major - one of `nodeMajors`
 * @returns {Promise<string>} the folder that holds `node`
 * @throws {SetupError} when there is no build for this platform
 */
export async function ensureNode(major) {
  const pins = join(toolchain, `node-${major}`);
  const folder = join(cacheFolder(), `node-${major}-${hashOf([pins], [process.platform, process.arch])}`);
  const binOf = (/** @type {string} */ root) => join(root, "node_modules", packageName(), "bin");
  if (existsSync(folder)) return binOf(folder);
  await step(`Fetching Node ${major} from the npm registry`, "under a minute, once", () =>
    makeOnce(folder, async (draft) => {
      await cp(pins, draft, { recursive: true });
      await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: draft });
      // One for another platform is left out without a word.
      if (!isExecutable(join(binOf(draft), "node"))) {
        throw new SetupError(
          `toolchain/node-${major} has no build of Node for ${process.platform} on ${process.arch}.`,
          `Install Node ${OLDEST.major}.${OLDEST.minor} or newer and run this again.`,
        );
      }
    }),
  );
  return binOf(folder);
}

/**
 * @param {string | undefined} folder - of `ensureSuiteNode`
 * @returns {Record<string, string>} the environment in which `node` and `npm` run on that Node
 */
export function nodeEnvironment(folder) {
  return folder === undefined ? {} : { PATH: [folder, process.env.PATH].join(delimiter) };
}

/** As the npm package `node` names them. */
function packageName() {
  const { platform, arch } = process;
  return `${platform === "darwin" && arch === "arm64" ? "node-bin" : "node"}-${platform}-${arch}`;
}

/** @param {string} version - such as v22.23.3 */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}
