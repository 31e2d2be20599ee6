import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../lib/folders.mjs";
import { command } from "./narrator.mjs";
import { run } from "./processes.mjs";

/**
 * A Pulumi stack of this repository's Pulumi.yaml, with state and configuration in a temporary folder.
 *
 * @param {Record<string, string>} environment - the engine's, from the setup
 * @param {{ main?: string, quiet?: boolean }} [options] - `main`: another program than Pulumi.yaml's,
 *   examples/quickstart; `quiet`: print neither commands nor their output
 */
export async function createStack(environment, { main, quiet = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-demo-"));
  const project = await readFile(join(repository, "Pulumi.yaml"), "utf8");
  await writeFile(
    join(folder, "Pulumi.yaml"),
    project.replace(/^main: (.*)$/m, (_line, example) => `main: ${join(repository, main ?? example)}`),
  );
  await linkPackage();
  const env = {
    ...environment,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    // The types of the example are checked by the tests; a demo need not wait for it eight times.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
  const stack = ["--stack", "demo"];
  const pulumi = (args, options) => run("pulumi", args, { cwd: folder, env, ...options });
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";
  const must = async (args, options) => {
    const { code, output } = await pulumi(args, { quiet: true, ...options });
    if (code !== 0) throw new Error(`pulumi ${args[0]} failed:\n${output}`);
  };
  await must(["stack", "init", "demo"]);
  return {
    /** Runs preview, up, refresh or destroy and shows what the engine prints. */
    async pulumi(action, ...flags) {
      if (!quiet) command(["pulumi", action, ...flags].join(" "));
      const confirm = action === "preview" ? [] : ["--yes", ...(action === "up" ? ["--skip-preview"] : [])];
      const args = [action, ...flags, ...confirm, ...stack, "--non-interactive", "--color", color];
      return await pulumi([...args, "--suppress-permalink=true", "--suppress-progress"], { quiet });
    },
    set: (key, value) => must(["config", "set", key, value, ...stack]),
    // Through standard input: arguments can be read by every user of the machine.
    setSecret: (key, value) => must(["config", "set", "--secret", key, ...stack], { input: value }),
    /** The state as it lies on disk. */
    async state() {
      const name = /^name: (?<name>.*)$/m.exec(project)?.groups?.name;
      if (name === undefined) throw new Error("the project has no name");
      return await readFile(join(folder, ".pulumi/stacks", name, "demo.json"), "utf8");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The examples name the package as a user's program does; their imports are looked up from here. */
async function linkPackage() {
  const link = join(repository, "node_modules", "pulumi-ardent");
  if (!existsSync(link)) await symlink("..", link, "junction");
}
