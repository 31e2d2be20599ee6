// Starting other programs.
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A failing command's message shows this many lines of what it printed first and last. */
const SHOWN_LINES = 15;

/** Commands still running: they end with this process, so that a failed step leaves no long build behind. */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
});

/**
 * Runs a command without a shell and without standard input.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, mergeOutput?: boolean}}
 *   [options] - `env` is added to this process's; no time-out unless given; with `mergeOutput` the result
 *   holds standard error too
 * @returns {Promise<string>} its standard output
 * @throws {Error} when it cannot be started, fails or takes too long, with what it printed
 */
export function run(command, args, { cwd, env, timeoutMs, mergeOutput = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    running.add(child);
    let stdout = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      all += text;
    });
    child.on("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(mergeOutput ? all : stdout);
      reject(new Error(`${command} ${args.join(" ")}: ${signal ?? `exit code ${code}`}\n${shorten(all)}`));
    });
  });
}

function shorten(output) {
  const lines = output.trimEnd().split("\n");
  if (lines.length <= 2 * SHOWN_LINES) return lines.join("\n");
  return [...lines.slice(0, SHOWN_LINES), "[…]", ...lines.slice(-SHOWN_LINES)].join("\n");
}

/**
 * @param {unknown} error - of `run`
 * @returns {string} the last line that the command printed, which tells most of them best
 */
export function lastLine(error) {
  return (error instanceof Error ? error.message : String(error)).split("\n").at(-1) ?? "";
}

/**
 * Runs a command for its answer alone.
 *
 * @param {Parameters<typeof run>} args
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function succeeds(...args) {
  return run(...args).then(
    () => true,
    () => false,
  );
}

/**
 * Runs a command in the foreground, on this terminal.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env] - added to this process's
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function runAttached(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: "inherit" });
  // The child may have things to clean up, and decides when to end. A terminal's Ctrl-C reaches it too.
  const wait = () => {};
  const passOn = () => child.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGTERM", passOn);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  }).finally(() => process.off("SIGINT", wait).off("SIGTERM", passOn));
}

/**
 * @param {string} name - of a program
 * @param {(folder: string) => boolean} [accept] - which folders of PATH count
 * @returns {string | undefined} the first one on PATH
 */
export function findOnPath(name, accept = () => true) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder !== "" && accept(folder) && isExecutable(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {boolean} whether it is a file that may be executed
 */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
