// Building programs from the Go modules pinned under toolchain/.
import { join } from "node:path";
import { findOnPath, run } from "./command.mjs";
import { toolchain } from "./folders.mjs";

/** From this version on Go fetches the toolchain that a go.mod asks for. */
const OLDEST_GO_MINOR = 21;

/** The module settings that make a build depend on nothing but its go.mod and go.sum; no C compiler. */
const ENVIRONMENT = { GOWORK: "off", CGO_ENABLED: "0" };

/** @returns {Promise<boolean>} whether there is a Go that can build the modules */
export async function goIsUsable() {
  if (findOnPath("go") === undefined) return false;
  const version = await run("go", ["env", "GOVERSION"]);
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || Number(minor) >= OLDEST_GO_MINOR;
}

/**
 * @param {string} module - folder under toolchain/
 * @param {string} packagePath - the main package
 * @param {string} output - path of the program
 * @param {string} [linkerFlags]
 */
export async function buildGo(module, packagePath, output, linkerFlags = "") {
  const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", `-ldflags=-s -w ${linkerFlags}`.trimEnd()];
  await run("go", ["build", ...flags, "-o", output, packagePath], {
    cwd: join(toolchain, module),
    env: ENVIRONMENT,
  });
}

/**
 * @param {string} module - folder under toolchain/, built before
 * @param {string} path - of a module it requires
 * @returns {Promise<{folder: string, version: string}>} where its source is
 */
export async function goModule(module, path) {
  const json = await run("go", ["list", "-m", "-mod=readonly", "-json", path], {
    cwd: join(toolchain, module),
    env: ENVIRONMENT,
  });
  const { Dir: folder, Version: version } = JSON.parse(json);
  return { folder, version };
}
