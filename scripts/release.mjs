// node scripts/release.mjs REPOSITORY TAG: what a checkout needs before `npm publish`, done by the release workflow. The
// repository's address is nowhere else: npm takes package.json's for the proof of where a package comes from.
import { readFile, writeFile } from "node:fs/promises";
import { run } from "./lib/command.mjs";
import { runMain, SetupError } from "./lib/report.mjs";
import { linkToRepository } from "./release/links.mjs";

runMain(async () => {
  const [repository = "", tag = ""] = process.argv.slice(2);
  const manifest = JSON.parse(await readFile("package.json", "utf8"));
  requireVersion(tag, manifest.version, await readFile("CHANGELOG.md", "utf8"));
  await writeFile("package.json", `${JSON.stringify({ ...manifest, ...placesOf(repository) }, null, 2)}\n`);

  const [{ files }] = JSON.parse(await run("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"]));
  const shipped = new Set(files.map((/** @type {{ path: string }} */ { path }) => path));
  for (const page of shipped) {
    if (!page.endsWith(".md")) continue;
    const text = await readFile(page, "utf8");
    await writeFile(page, linkToRepository(text, { page, shipped, base: `${repository}/blob/${tag}` }));
  }
});

/**
 * @param {string} tag
 * @param {string} version - package.json's
 * @param {string} changelog
 */
function requireVersion(tag, version, changelog) {
  if (tag !== `v${version}`) {
    throw new SetupError(
      `The tag is ${tag}, and package.json has version ${version}.`,
      `Tag it v${version}.`,
    );
  }
  if (!changelog.includes(`## [${version}]`)) {
    throw new SetupError(
      `CHANGELOG.md has no section [${version}].`,
      "Give what stands under [Unreleased] its version and date.",
    );
  }
}

/** @param {string} repository - its address, such as the one of its page on GitHub */
function placesOf(repository) {
  return {
    homepage: `${repository}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: "git", url: `git+${repository}.git` },
  };
}
