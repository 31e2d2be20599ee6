import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { makeOwnFolder } from "./leftovers";
import { packageUnderTest } from "./package-copy";
import { BROKER_VARIABLE, fromRun } from "./postgres-run";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");
const cache = join(tmpdir(), "pulumi-ardent-installed");

/**
 * A folder with the packed tarball of this checkout installed by npm, as a user would: the programs of the engine
 * tests live below it.
 */
export async function installedPackage(): Promise<string> {
  const response = await fetch(`${fromRun(BROKER_VARIABLE)}/installed-package`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Packs and installs it: once for each content of the package, kept in the temporary folder. */
export async function installPackage(): Promise<string> {
  await mkdir(cache, { recursive: true });
  const draft = await makeOwnFolder(cache, "draft-");
  try {
    const { filename, shasum } = await packPackage(draft);
    const home = join(cache, shasum.slice(0, 16));
    if (existsSync(home)) return home;
    await install(draft, filename);
    // Test files run side by side: the first to finish gives its folder, the others take that one.
    await rename(draft, home).catch((error) => {
      if (!existsSync(home)) throw error;
    });
    return home;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What `npm pack` says of a tarball that it has written. */
export interface PackedPackage {
  readonly filename: string;
  readonly shasum: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the built package into a folder. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: packageUnderTest(),
  });
  const [packed] = JSON.parse(stdout) as [PackedPackage];
  return packed;
}

/** Installs the dependencies of a folder by pnpm, whose packages find no others than those that they depend on. */
export async function installWithPnpm(folder: string, store: string): Promise<void> {
  await run("npx", ["--yes", "pnpm@9", "install", "--prefer-offline", "--store-dir", store], { cwd: folder });
}

/** The version of a package that this checkout has, or is. */
export async function versionHere(name: string): Promise<string> {
  const folder = name === "pulumi-ardent" ? root : join(root, "node_modules", name);
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
}

/** As the example asks for it, the package itself from the tarball. */
async function install(folder: string, tarball: string): Promise<void> {
  const example = JSON.parse(await readFile(join(root, "examples/quickstart/package.json"), "utf8"));
  const dependencies = { ...example.dependencies, "pulumi-ardent": `file:./${tarball}` };
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...example, dependencies }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder });
}
