import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG } from "../../../src/preflight/check/catalog";
import { CATEGORIES } from "../../../src/preflight/check/check";
import { docsUrl } from "../../../src/preflight/check/docs";

const ROOT = join(__dirname, "../../..");
const INDEX = "README.md";
const ids = CATALOG.map(({ id }) => id);

function readPage(file: string): string {
  return readFileSync(join(ROOT, "docs/checks", file), "utf8");
}

/** The names of the files in a folder that end so, without that end. */
function named(folder: string, end: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(end) && file !== INDEX)
    .map((file) => file.slice(0, -end.length))
    .sort();
}

describe("the catalog of checks", () => {
  it("has one file, one page and one test for each check, and no other", () => {
    const sorted = ids.toSorted();
    expect(named("src/preflight/checks", ".ts")).toEqual(sorted);
    expect(named("docs/checks", ".md")).toEqual(sorted);
    expect(named("test/preflight/checks", ".test.ts")).toEqual(sorted);
  });

  it("has each check tested on every version: it passes and fails there, and every printed fix is run", () => {
    const untested = ids.filter((id) => {
      const test = readFileSync(join(ROOT, "test/preflight/checks", `${id}.test.ts`), "utf8");
      return !test.includes(`\ndescribeCheck("${id}", `);
    });
    expect(untested).toEqual([]);
  });

  it("names each check once, in kebab-case", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it("runs category by category", () => {
    const ranks = CATALOG.map(({ category }) => CATEGORIES.indexOf(category));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  it("requires only checks that exist, without cycles", () => {
    const requires = new Map(CATALOG.map((check) => [check.id, check.requires ?? []]));
    const reaches = (from: string, to: string): boolean =>
      (requires.get(from) ?? []).some((id) => id === to || reaches(id, to));
    for (const { id } of CATALOG) {
      for (const required of requires.get(id) ?? []) expect(ids).toContain(required);
      expect(reaches(id, id)).toBe(false);
    }
  });

  it("starts each page with the check's name, and links to existing pages", () => {
    for (const id of ids) {
      const page = readPage(`${id}.md`);
      expect(page.split("\n")[0]).toBe(`# ${id}`);
      for (const [, target] of page.matchAll(/\]\(([a-z0-9-]+)\.md\)/g)) expect(ids).toContain(target);
    }
  });

  it("lists every check by category in the index, in run order", () => {
    const listed = readPage(INDEX)
      .split("\n")
      .filter((line) => /^(### |- \[)/.test(line));
    expect(listed).toEqual(
      CATEGORIES.flatMap((category) => [
        `### ${category}`,
        ...CATALOG.filter((check) => check.category === category).map(
          ({ id, title }) => `- [${id}](${id}.md): ${title}`,
        ),
      ]),
    );
  });

  it.each(CATALOG)("names its page by a path that is there: $id", ({ id }) => {
    expect(existsSync(join(ROOT, docsUrl(id)))).toBe(true);
  });
});
