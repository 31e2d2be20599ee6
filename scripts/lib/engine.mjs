// The Pulumi engine: the one on PATH, else the official download, else a build from pinned Go modules.
import { existsSync, realpathSync } from "node:fs";
import { chmod, copyFile, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findOnPath, isExecutable, lastLine, run } from "./command.mjs";
import { cacheFolder, hashOf, makeOnce, repository, toolchain } from "./folders.mjs";
import { buildGo, goIsUsable, goModule } from "./go.mjs";
import { nodeEnvironment } from "./node.mjs";
import { SetupError, say, step } from "./report.mjs";

/** package.json's lower bound of @pulumi/pulumi; older engines lack calls that it makes. */
const OLDEST_ENGINE = { major: 3, minor: 216 };

/** Starts Node programs; the engine looks for it beside itself. */
const LANGUAGE_HOST = "pulumi-language-nodejs";

/** A connection that hangs, instead of being refused, must not hold the build up for ever. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;

/**
 * @typedef {object} Engine
 * @property {"path" | "download" | "build"} source
 * @property {string} folder - holds pulumi and the language host
 * @property {boolean} ready - false: still to be built
 */

/**
 * Finds an engine, or downloads one. What remains to be built is only named, so that a machine which cannot
 * build is told so before anything long begins.
 *
 * @param {string | undefined} nodeFolder - of `ensureSuiteNode`
 * @returns {Promise<Engine>}
 * @throws {SetupError} when there is none and no way to one
 */
export async function findEngine(nodeFolder) {
  const onPath = await engineOnPath();
  if (onPath) return { source: "path", folder: onPath, ready: true };

  const root = join(cacheFolder(), `pulumi-${await packageVersion("@pulumi/pulumi")}`);
  const downloaded = join(root, "bin");
  if (isExecutable(join(downloaded, "pulumi")))
    return { source: "download", folder: downloaded, ready: true };

  const folder = builtEngineFolder();
  if (existsSync(folder)) return { source: "build", folder, ready: true };

  const failure = await download(root, nodeFolder);
  if (failure === undefined) return { source: "download", folder: downloaded, ready: true };
  if (await goIsUsable()) return { source: "build", folder, ready: false };
  throw new SetupError(
    `There is no Pulumi engine: none (${OLDEST_ENGINE.major}.${OLDEST_ENGINE.minor} or newer) on PATH, and the download failed (${failure}).`,
    "Install Pulumi (https://www.pulumi.com/docs/install/), or Go 1.21 or newer, with which it can be built here.",
  );
}

/** Builds the engine if it is still to be built. @param {Engine} engine */
export async function buildEngine({ folder, ready }) {
  if (ready) return;
  await step("Building the Pulumi engine from Go modules", "4 to 6 minutes on 2 cores, once", () =>
    makeOnce(folder, async (draft) => {
      const sdk = "github.com/pulumi/pulumi/sdk/v3";
      const pulumi = await goModule("engine", "github.com/pulumi/pulumi/pkg/v3");
      await buildGo(
        "engine",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        join(draft, "pulumi"),
        `-X ${sdk}/go/common/version.Version=${pulumi.version}`,
      );
      await buildGo("language-nodejs", `${sdk}/nodejs/cmd/${LANGUAGE_HOST}`, join(draft, LANGUAGE_HOST));

      // Dynamic providers are started by a script, which the module has.
      const script = "pulumi-resource-pulumi-nodejs";
      const { folder: source } = await goModule("engine", sdk);
      await copyFile(join(source, "nodejs", "dist", script), join(draft, script));
      await chmod(join(draft, script), 0o755);
    }),
  );
}

/** @returns {Promise<string>} the version of an installed npm package */
export async function packageVersion(name) {
  return JSON.parse(await readFile(join(repository, "node_modules", name, "package.json"), "utf8")).version;
}

function builtEngineFolder() {
  const inputs = ["engine", "language-nodejs"].map((module) => join(toolchain, module));
  return join(cacheFolder(), `engine-${hashOf(inputs, [process.platform, process.arch])}`);
}

/** @returns {Promise<string | undefined>} the folder of a usable engine that is not one of ours */
async function engineOnPath() {
  const pulumi = findOnPath("pulumi", (folder) => !folder.startsWith(cacheFolder()));
  if (pulumi === undefined) return undefined;
  // PATH may name a link, as package managers make them; the language host stands beside the real one.
  const folder = [dirname(pulumi), dirname(realpathSync(pulumi))].find((candidate) =>
    isExecutable(join(candidate, LANGUAGE_HOST)),
  );
  if (folder === undefined) return undefined;
  const version = await run(pulumi, ["version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "1" } }).catch(() => "");
  const [major, minor = 0] = version.trim().replace(/^v/, "").split(".").map(Number);
  const newEnough = major === OLDEST_ENGINE.major && minor >= OLDEST_ENGINE.minor;
  return newEnough ? folder : undefined;
}

/**
 * @param {string} root - the folder to install into
 * @param {string | undefined} nodeFolder
 * @returns {Promise<string | undefined>} why it failed
 */
async function download(root, nodeFolder) {
  // In a process of its own, as the call has no time-out.
  const automation = createRequire(join(repository, "package.json")).resolve("@pulumi/pulumi/automation");
  const program = `
    require(process.argv[1]).PulumiCommand.install({ root: process.argv[2] }).catch((error) => {
      console.error(error.message.split("\\n")[0]);
      process.exit(1);
    });`;
  try {
    await step("Downloading Pulumi", "up to 5 minutes, once", () =>
      run("node", ["-e", program, automation, root], {
        env: nodeEnvironment(nodeFolder),
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
      }),
    );
    return undefined;
  } catch (error) {
    const reason = lastLine(error);
    say(`  not possible here: ${reason}`);
    return reason;
  }
}
