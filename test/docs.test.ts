import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");

/** Every Markdown file that is ours, from the root. */
function pages(): string[] {
  const below = ["docs", "examples"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...below].filter(
    (file) => file.endsWith(".md") && !file.includes("node_modules"),
  );
}

/** The relative links of a page that lead to no file or folder. */
function brokenLinks(page: string): string[] {
  return [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^(https?:|#)/.test(target))
    .filter((target) => !existsSync(join(ROOT, dirname(page), target.replace(/#.*$/, ""))))
    .map((target) => `${page}: ${target}`);
}

describe("the documentation", () => {
  it("links to files that exist", () => {
    const found = pages();
    expect(found).toContain("docs/checks/README.md");
    expect(found.flatMap(brokenLinks)).toEqual([]);
  });

  it("has a page for everything that the package exports", () => {
    const exported = [...readFileSync(join(ROOT, "src/index.ts"), "utf8").matchAll(/\{([^}]*)\}/g)]
      .flatMap(([, names = ""]) => names.split(","))
      .map((name) => name.replace(/\btype\b/, "").trim())
      .filter((name) => name !== "");
    const described = readdirSync(join(ROOT, "docs/api"), { recursive: true, encoding: "utf8" })
      .filter((file) => dirname(file) !== ".")
      .map((file) => file.replace(/^.*[\\/]|\.md$/g, ""));
    expect(exported).toContain("PostgresSource");
    expect(described.toSorted()).toEqual(exported.toSorted());
  });
});
