import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Runs a command, shows its output indented as it comes, and gives it back.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, input?: string, quiet?: boolean, cwd?: string }} [options]
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export async function run(file, args, { env, input, quiet = false, cwd } = {}) {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  if (input !== undefined) child.stdin?.end(input);
  let output = "";
  const show = (stream) => {
    createInterface({ input: stream }).on("line", (line) => {
      output += `${line}\n`;
      if (!quiet) console.log(`    ${line}`);
    });
  };
  show(child.stdout);
  show(child.stderr);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, output };
}

/** Starts a server and waits for the first line that it prints, which is JSON. */
export async function startServer(file, args, env) {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  child.stdout.resume();
  return { details: JSON.parse(line), stop: () => child.kill("SIGTERM") };
}
