import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import manifest from "../../package.json";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");
const REPOSITORY = "https://git.example.com/somebody/pulumi-ardent";
const TAG = `v${manifest.version}`;

describe("what a checkout needs before it is published", () => {
  let folder: string;
  const prepare = (tag: string) =>
    run(process.execPath, [join(ROOT, "scripts/release.mjs"), REPOSITORY, tag], { cwd: folder });
  const read = (path: string) => readFile(join(folder, path), "utf8");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-release-"));
    for (const part of ["package.json", "README.md", "CHANGELOG.md", "docs"])
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    const changelog = await read("CHANGELOG.md");
    const released = changelog.replace("[Unreleased]", `[${manifest.version}] - 2027-01-31`);
    await writeFile(join(folder, "CHANGELOG.md"), released);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("names the repository, which npm requires as proof of a package's origin", async () => {
    await prepare(TAG);
    expect(JSON.parse(await read("package.json"))).toEqual({
      ...manifest,
      homepage: `${REPOSITORY}#readme`,
      bugs: { url: `${REPOSITORY}/issues` },
      repository: { type: "git", url: `git+${REPOSITORY}.git` },
    });
  });

  it("leaves no broken link in the package", async () => {
    const before = await brokenLinks(folder);
    expect(before).toContain("README.md: docs/threat-model.md");
    await prepare(TAG);
    expect(await brokenLinks(folder)).toEqual([]);
    expect(await read("README.md")).toContain(`](${REPOSITORY}/blob/${TAG}/docs/threat-model.md)`);
    expect(await read("README.md")).toContain("](docs/checks/README.md)");
    const picture = "docs/images/review-schema-dropped-desktop-light.png";
    expect(await read("README.md")).toContain(`src="${REPOSITORY}/blob/${TAG}/${picture}?raw=true"`);
  });

  it("is refused under a tag that is not the version", async () => {
    const { stderr } = await prepare("v9.9.9").catch((error) => error);
    expect(stderr).toBe(
      `\nerror: The tag is v9.9.9, and package.json has version ${manifest.version}.\n  Tag it ${TAG}.\n`,
    );
  });

  it("is refused while the changelog has no section for the version", async () => {
    await writeFile(join(folder, "CHANGELOG.md"), "## [Unreleased]\n");
    const { stderr } = await prepare(TAG).catch((error) => error);
    expect(stderr).toContain(`CHANGELOG.md has no section [${manifest.version}].`);
    expect(await read("package.json")).not.toContain(REPOSITORY);
  });
});

/** The relative links of the pages in the package to what is not in it. */
async function brokenLinks(folder: string): Promise<string[]> {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: folder });
  const paths: string[] = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
  const pages = paths.filter((path) => path.endsWith(".md"));
  const found = pages.map(async (page) => {
    const targets = [
      ...(await readFile(join(folder, page), "utf8")).matchAll(/(?:\]\(|src="|srcset=")([^)#\s"]+)/g),
    ];
    return targets
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !paths.includes(posix.join(dirname(page), target)))
      .map((target) => `${page}: ${target}`);
  });
  return (await Promise.all(found)).flat();
}
