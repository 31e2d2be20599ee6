import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface LockedPackage {
  readonly integrity?: string;
  /** A folder of this repository, which has no tarball. */
  readonly link?: boolean;
}

/** Those of the lock file's entries for which `npm ci` installs whatever the registry serves. */
function withoutIntegrity(packages: Readonly<Record<string, LockedPackage>>): string[] {
  return Object.entries(packages)
    .filter(
      ([path, { integrity, link }]) => path !== "" && link !== true && !/^sha512-/.test(integrity ?? ""),
    )
    .map(([path]) => path);
}

const LOCK_FILES = ["", "toolchain/node-22/", "toolchain/node-24/", "toolchain/node-26/"].map(
  (folder) => `${folder}package-lock.json`,
);

describe("package-lock.json", () => {
  it.each(LOCK_FILES)(
    "has a sha512 hash for every package, those of other platforms included: %s",
    async (file) => {
      const lock = JSON.parse(await readFile(join(__dirname, "..", file), "utf8"));
      expect(withoutIntegrity(lock.packages)).toEqual([]);
    },
  );

  it("locks the builds of biome, lightningcss and rolldown for every platform that they name", async () => {
    const { packages } = JSON.parse(await readFile(join(__dirname, "../package-lock.json"), "utf8"));
    for (const name of ["@biomejs/biome", "lightningcss", "rolldown"]) {
      const named = Object.keys(packages[`node_modules/${name}`].optionalDependencies);
      const locked = named.filter((build) => packages[`node_modules/${build}`] !== undefined);
      expect(locked).toEqual(named);
    }
  });
});
