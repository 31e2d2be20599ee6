// The resource plugin of @pulumi/postgresql, in a PULUMI_HOME of this project's own.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lastLine, run } from "./command.mjs";
import { packageVersion } from "./engine.mjs";
import { cacheFolder, hashOf, makeOnce, toolchain } from "./folders.mjs";
import { buildGo, goIsUsable } from "./go.mjs";
import { SetupError, step } from "./report.mjs";

const MODULE = "plugin-postgresql";
const INSTALL_TIMEOUT_MS = 3 * 60_000;

/**
 * Sees to it that the plugin stands where the engine looks first, so that it warns of none on PATH.
 *
 * @param {import("./engine.mjs").Engine} engine - complete
 * @returns {Promise<string>} the folder to pass as PULUMI_HOME
 */
export async function ensurePostgresqlPlugin(engine) {
  const version = await packageVersion("@pulumi/postgresql");
  const home = pulumiHome(version);
  const folder = join(home, "plugins", `resource-postgresql-v${version}`);
  if (existsSync(folder)) return home;
  await mkdir(home, { recursive: true });

  // An engine that had to be built stands on a network where the plugin cannot be downloaded either.
  const failure = engine.source === "build" ? "not tried" : await install(engine, version, home);
  if (failure === undefined) return home;

  if (!(await goIsUsable())) {
    throw new SetupError(
      `The plugin resource-postgresql ${version} cannot be downloaded (${failure}).`,
      "Install Go 1.21 or newer, with which it can be built here.",
    );
  }
  await requirePin(version);
  await step("Building the postgresql plugin from Go modules", "1 to 4 minutes on 2 cores, once", () =>
    makeOnce(folder, (draft) => buildGo(MODULE, ".", join(draft, "pulumi-resource-postgresql"))),
  );
  return home;
}

/** The home changes with the plugin's source, so that a changed one is built again. */
function pulumiHome(version) {
  const hash = hashOf([join(toolchain, MODULE)], [version, process.platform, process.arch]);
  return join(cacheFolder(), `pulumi-home-${hash}`);
}

/** @returns {Promise<string | undefined>} why it failed */
async function install({ folder }, version, home) {
  try {
    await step("Installing the postgresql plugin", "under a minute, once", () =>
      run(join(folder, "pulumi"), ["plugin", "install", "resource", "postgresql", version], {
        env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "1" },
        timeoutMs: INSTALL_TIMEOUT_MS,
      }),
    );
    return undefined;
  } catch (error) {
    return lastLine(error);
  }
}

/** What is built answers to one version of the npm package. */
async function requirePin(version) {
  const source = await readFile(join(toolchain, MODULE, "provider", "provider.go"), "utf8");
  const pinned = /Version = "(.*)"/.exec(source)?.[1];
  if (pinned === version) return;
  throw new SetupError(
    `@pulumi/postgresql is ${version}, but toolchain/${MODULE} builds ${pinned}.`,
    `Bring provider/provider.go and go.mod there to ${version} and run: go run ./tfgen > schema.json`,
  );
}
