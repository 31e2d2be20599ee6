import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError, type ConfigMap, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { installedPackage } from "./installed-package";

/** A Pulumi project in a folder of its own, with a state of its own, run by the real engine. */
export interface EngineProject extends AsyncDisposable {
  readonly stack: Stack;
  /** Replaces the program: the body of a CommonJS module with `ardent`, `pulumi` and `config` in scope. */
  setProgram(body: string): Promise<void>;
  /** Sets values of the stack's configuration; `secret` ones are encrypted. */
  setConfig(config: ConfigMap): Promise<void>;
  /** The state file of a stack of the project as it lies on disk; of `stack` by default. */
  stateFile(stackName?: string): Promise<string>;
  /** Everything that the engine keeps beside it on disk too: its history and what it backs up. */
  stateFolder(): Promise<string>;
  /** The stack's configuration file as it lies on disk. */
  configFile(): Promise<string>;
  /** Runs the engine's command line, where the Automation API has no way; on `stack` unless it names another. */
  pulumi(...args: string[]): Promise<{ readonly code: number; readonly text: string }>;
}

/**
 * Makes a project whose program uses the installed package. Its resources are not destroyed on disposal: their
 * servers are thrown away.
 *
 * @param body - see {@link EngineProject.setProgram}
 * @param env - environment of the engine, such as ARDENT_API_URL
 * @param at.home - a folder with the package installed; the one that all tests share by default
 * @param at.main - `index.ts` or `index.mjs` for a whole program, in TypeScript or as an ES module, instead of a body
 */
export async function engineProject(
  body: string,
  env: Record<string, string> = {},
  { home, main = "index.js" }: { home?: string; main?: "index.js" | "index.ts" | "index.mjs" } = {},
): Promise<EngineProject> {
  const projects = join(home ?? (await installedPackage()), "projects");
  await mkdir(projects, { recursive: true });
  // Below the folder with node_modules, so that the program finds the package as in a user's project.
  const folder = await mkdtemp(join(projects, "infra-"));
  const backend = await mkdtemp(join(tmpdir(), "pulumi-ardent-state-"));
  const setProgram = (program: string) =>
    writeFile(join(folder, main), main === "index.js" ? `${PRELUDE}${program}\n` : program);
  await setProgram(body);

  const envVars = { PULUMI_CONFIG_PASSPHRASE: randomUUID(), PULUMI_SKIP_UPDATE_CHECK: "1", ...env };
  const stack = await LocalWorkspace.createStack(
    { stackName: "test", workDir: folder },
    {
      projectSettings: {
        name: "infra",
        // A program in JavaScript starts without the compiler of TypeScript, which takes a second of each run.
        runtime: main === "index.js" ? { name: "nodejs", options: { typescript: false } } : "nodejs",
        main,
        backend: { url: `file://${backend}` },
      },
      envVars,
    },
  );
  return {
    stack,
    setProgram,
    setConfig: (config) => stack.setAllConfig(config),
    stateFile: (stackName = "test") =>
      readFile(join(backend, `.pulumi/stacks/infra/${stackName}.json`), "utf8"),
    stateFolder: () => contentsOf(backend),
    configFile: () => readFile(join(folder, "Pulumi.test.yaml"), "utf8"),
    pulumi: (...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env: { ...process.env, ...envVars }, maxBuffer: 2 ** 27 };
        const stack = args.includes("--stack") ? [] : ["--stack", "test"];
        execFile("pulumi", [...args, ...stack], options, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
        );
      }),
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
      await rm(backend, { recursive: true, force: true });
    },
  };
}

/** What all files below a folder hold, each after its path; what vanishes meanwhile is left out. */
export async function contentsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const texts = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return contentsOf(path);
    return entry.isFile() ? `${path}\n${await readFile(path, "latin1").catch(() => "")}` : "";
  });
  return (await Promise.all(texts)).join("\n");
}

/** Everything that a run prints, whichever stream it goes to; a run that fails is no error here. */
export async function printedBy(
  run: (options: { onOutput: (text: string) => void; onError: (text: string) => void }) => Promise<unknown>,
): Promise<{ readonly failed: boolean; readonly text: string }> {
  const printed: string[] = [];
  const take = (text: string) => printed.push(text);
  try {
    await run({ onOutput: take, onError: take });
    return { failed: false, text: printed.join("") };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { failed: true, text: printed.join("") };
  }
}

const PRELUDE = `"use strict";
const pulumi = require("@pulumi/pulumi");
const ardent = require("pulumi-ardent");
const config = new pulumi.Config();
`;
