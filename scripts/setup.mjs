// npm run setup [-- --majors=17]: installs, downloads or builds what the demo and the tests need. Says what
// it does; what is there already is left alone.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureDocker } from "./lib/docker.mjs";
import { buildEngine, findEngine } from "./lib/engine.mjs";
import { pathCommand, readToolchain, toolchainEnvironment, writeToolchain } from "./lib/environment.mjs";
import { repository } from "./lib/folders.mjs";
import { ensureSuiteNode } from "./lib/node.mjs";
import { ensureNodeModules, requireNode } from "./lib/node-modules.mjs";
import { ensurePostgresImages, imageExists, majors, pullImage } from "./lib/postgres-images.mjs";
import { ensurePostgresqlPlugin } from "./lib/postgresql-plugin.mjs";
import { runMain, SetupError, say } from "./lib/report.mjs";
import { withSetupLock } from "./lib/setup-lock.mjs";

/**
 * Makes the toolchain complete.
 *
 * @param {{majors?: number[]}} [options] - Postgres versions to make images for; all by default
 * @returns {Promise<Record<string, string>>} variables for child processes' environment
 * @throws {SetupError} with what to install
 */
export async function setup({ majors: wanted = majors } = {}) {
  requireNode();
  const nodeFolder = await ensureSuiteNode();
  await ensureNodeModules(nodeFolder);
  return withSetupLock(async () => {
    // First what may end in "please install …", then what takes minutes.
    const engine = await findEngine(nodeFolder);
    await ensureDocker();
    const [pulumiHome, reaper] = await Promise.all([
      buildEngine(engine).then(() => ensurePostgresqlPlugin(engine)),
      ensurePostgresImages(wanted).then(reaperIsThere),
    ]);
    await writeToolchain({ engineFolder: engine.folder, nodeFolder, pulumiHome, reaper });
    return toolchainEnvironment();
  });
}

/** testcontainers cleans up after killed runs with an image of its own, where that can be pulled. */
async function reaperIsThere() {
  const source = join(repository, "node_modules", "testcontainers", "build", "reaper", "reaper.js");
  const [image] = /testcontainers\/ryuk:[\d.]+/.exec(await readFile(source, "utf8")) ?? [];
  if (image === undefined) return false;
  if (await imageExists(image)) return true;
  return readToolchain()?.reaper === false ? false : pullImage(image);
}

/** @param {string | undefined} list - "15,17" */
function parseMajors(list) {
  if (list === undefined) return majors;
  const wanted = list.split(",").map(Number);
  const unknown = wanted.filter((major) => !majors.includes(major));
  if (unknown.length === 0) return wanted;
  throw new SetupError(
    `--majors=${list}: there is no image for ${unknown.join(", ")}.`,
    `Choose from ${majors.join(", ")}.`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  runMain(async () => {
    const { values } = parseArgs({ options: { majors: { type: "string" } } });
    const { PATH: _, ...environment } = await setup({ majors: parseMajors(values.majors) });
    say("The toolchain is complete. To run pulumi by hand:");
    say(`  ${pathCommand()}`);
    for (const [name, value] of Object.entries(environment)) say(`  export ${name}=${value}`);
  });
}
