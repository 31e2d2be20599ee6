import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs a script in a process of its own, so that its memory is its own too.
 *
 * @param {URL} script - prints JSON
 * @param {object} input - handed over in the environment, since arguments are visible to others
 */
export async function runJson(script, input) {
  const { stdout } = await run(process.execPath, [fileURLToPath(script)], {
    env: { ...process.env, BENCH_INPUT: JSON.stringify(input) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}
