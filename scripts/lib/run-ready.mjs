// Scripts that need all of the toolchain.
import { join } from "node:path";
import { setup } from "../setup.mjs";
import { build } from "./build.mjs";
import { runAttached } from "./command.mjs";
import { nodeProgram } from "./environment.mjs";
import { repository } from "./folders.mjs";

/**
 * Makes the toolchain and the package complete and runs a script in a process of its own, as this one's Node may be too
 * old for it.
 *
 * @param {string} script - its path from the root of the repository
 * @param {string[]} args - its arguments
 * @param {Parameters<typeof setup>[0]} [options]
 * @returns {Promise<number>} its exit code
 */
export async function runReady(script, args, options) {
  const environment = await setup(options);
  await build();
  return runAttached(nodeProgram(), [join(repository, script), ...args], environment);
}
