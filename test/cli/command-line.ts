import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { packageUnderTest } from "../support/package-copy";

/** The output of a run of the command line. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line. */
export const MAIN = join(packageUnderTest(), "dist/cli/main.js");

/**
 * Runs the built command line in a separate process.
 *
 * @param options.environment - added to a bare environment: nothing of the caller's Postgres or Ardent settings
 * @param options.stdin - what the process reads
 * @param options.started - told the process, to send it signals
 */
export async function commandLine(
  args: readonly string[],
  options: {
    readonly environment?: NodeJS.ProcessEnv;
    readonly stdin?: string;
    readonly started?: (child: ChildProcess) => void;
  } = {},
): Promise<Finished> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, NODE_COMPILE_CACHE, HOME: "/nonexistent", ...options.environment },
  });
  options.started?.(child);
  child.stdin.end(options.stdin ?? "");
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exit, stdout, stderr };
}
