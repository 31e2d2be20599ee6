// Images of Postgres with wal2json, one for each major version, each from the Debian release that has it.
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOnPath, run, succeeds } from "./command.mjs";
import { installPackages, isRootOnDebian } from "./debian.mjs";
import { hashOf, toolchain } from "./folders.mjs";
import { SetupError, step } from "./report.mjs";

/** Debian's suite by Postgres' major version. */
const SUITES = { 13: "bullseye", 15: "bookworm", 17: "trixie", 18: "forky" };

const PULL_TIMEOUT_MS = 5 * 60_000;

/** The majors that there are images for. */
export const majors = Object.keys(SUITES).map(Number);

/**
 * @param {number} major
 * @returns {string} its image's name; changes with the Dockerfile and what belongs to it
 */
export function postgresImage(major) {
  return `pulumi-ardent-postgres:${major}-${hashOf([join(toolchain, "postgres")])}`;
}

/** @param {string} image */
export function imageExists(image) {
  return succeeds("docker", ["image", "inspect", image]);
}

/** @param {string} image @returns {Promise<boolean>} whether it could be had */
export async function pullImage(image) {
  return succeeds("docker", ["pull", "--quiet", image], { timeoutMs: PULL_TIMEOUT_MS });
}

/**
 * Builds the images that are missing.
 *
 * @param {number[]} wanted - major versions
 */
export async function ensurePostgresImages(wanted) {
  for (const major of wanted) {
    const image = postgresImage(major);
    if (await imageExists(image)) continue;
    const base = await ensureBase(SUITES[major]);
    await step(`Building the image of Postgres ${major}`, "about 20 s, once", () =>
      run("docker", [
        "build",
        "--quiet",
        `--build-arg=BASE=${base}`,
        `--build-arg=MAJOR=${major}`,
        `--tag=${image}`,
        join(toolchain, "postgres"),
      ]),
    );
  }
}

/** @returns {Promise<string>} the name of an image of that Debian release */
async function ensureBase(suite) {
  const official = `debian:${suite}-slim`;
  const own = `pulumi-ardent-debian:${suite}`;
  for (const image of [official, own]) if (await imageExists(image)) return image;
  if (await pullImage(official)) return official;
  if (!isRootOnDebian()) {
    throw new SetupError(
      `The image ${official} cannot be pulled, and only root on Debian can make one from packages.`,
      `Make \`docker pull ${official}\` work and run this again.`,
    );
  }
  if (findOnPath("debootstrap") === undefined) await installPackages("debootstrap");
  await step(`Making an image of Debian ${suite} from packages`, "about a minute, once", () =>
    importDebian(suite, own),
  );
  return own;
}

async function importDebian(suite, image) {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-debian-"));
  const root = join(folder, "root");
  const archive = join(folder, "root.tar");
  try {
    const env = await debootstrapEnvironment(suite, folder);
    await run("debootstrap", ["--variant=minbase", suite, root], { env });
    await run("tar", ["--create", `--file=${archive}`, `--directory=${root}`, "."]);
    await run("docker", ["import", archive, image]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A debootstrap older than a suite has no script for it; all current suites share one. */
async function debootstrapEnvironment(suite, folder) {
  const installed = "/usr/share/debootstrap";
  if (existsSync(join(installed, "scripts", suite))) return {};
  const copy = join(folder, "debootstrap");
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  await symlink("sid", join(copy, "scripts", suite));
  return { DEBOOTSTRAP_DIR: copy };
}
