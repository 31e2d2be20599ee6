// What setup found and built, for everything that runs Pulumi or containers afterwards.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder, hashOf, toolchain } from "./folders.mjs";
import { SetupError } from "./report.mjs";

/**
 * @typedef {object} Toolchain
 * @property {string} engineFolder - holds pulumi and the language host
 * @property {string} pulumiHome - holds the plugins
 * @property {string} [nodeFolder] - holds the Node that was fetched, where the machine's is too old
 * @property {boolean} reaper - whether testcontainers' own cleaner can be had
 */

/** One file for each state of toolchain/, so that checkouts of different commits do not mix. */
function file() {
  return join(cacheFolder(), `environment-${hashOf([toolchain])}.json`);
}

/** @returns {Toolchain | undefined} what an earlier setup wrote */
export function readToolchain() {
  return existsSync(file()) ? JSON.parse(readFileSync(file(), "utf8")) : undefined;
}

/** @param {Toolchain} toolchain */
export async function writeToolchain(toolchain) {
  await mkdir(dirname(file()), { recursive: true });
  const draft = `${file()}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(toolchain, null, 2)}\n`);
  await rename(draft, file());
}

/**
 * An engine found on PATH may have an old Node beside it, so Node comes first.
 *
 * @param {Toolchain} toolchain
 * @returns {string[]} the folders of its programs, for the front of PATH
 */
function programFolders({ engineFolder, nodeFolder }) {
  return nodeFolder === undefined ? [engineFolder] : [nodeFolder, engineFolder];
}

/**
 * @returns {string} the shell's command that puts the toolchain's programs on PATH
 * @throws {SetupError} before the first setup
 */
export function pathCommand() {
  return `export PATH=${[...programFolders(requireToolchain()), "$PATH"].join(delimiter)}`;
}

/**
 * @returns {string} the Node that runs the tests, the demo and the measurements
 * @throws {SetupError} before the first setup
 */
export function nodeProgram() {
  const { nodeFolder } = requireToolchain();
  return nodeFolder === undefined ? process.execPath : join(nodeFolder, "node");
}

/**
 * @returns {Record<string, string>} variables to add to a child process's environment, in which `pulumi`
 *   is the project's engine
 * @throws {SetupError} before the first setup
 */
export function toolchainEnvironment() {
  const toolchain = requireToolchain();
  const folders = programFolders(toolchain);
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folders.includes(folder));
  return {
    PATH: [...folders, ...path].join(delimiter),
    PULUMI_HOME: toolchain.pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    ...(toolchain.reaper ? {} : { TESTCONTAINERS_RYUK_DISABLED: "true" }),
  };
}

function requireToolchain() {
  const toolchain = readToolchain();
  if (toolchain === undefined) throw new SetupError("The toolchain is not set up.", "Run: npm run setup");
  return toolchain;
}
