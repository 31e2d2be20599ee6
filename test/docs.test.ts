import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOG } from "../src/preflight/check/catalog";
import type { Check } from "../src/preflight/check/check";
import { RULES } from "../src/review/rules/catalog";

const ROOT = join(__dirname, "..");

/** Every Markdown file that is ours, from the root; `llms.txt` is Markdown too. */
function pages(): string[] {
  const below = ["docs", "examples"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ...below]
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .concat("llms.txt");
}

/** The relative links of a page, and its pictures, that lead to no file or folder. */
function brokenLinks(page: string): string[] {
  return [...readFileSync(join(ROOT, page), "utf8").matchAll(/(?:\]\(|src="|srcset=")([^)\s"]+)[)"]/g)]
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
    // A constant and the type of its values have one name, and a page each.
    expect([...new Set(described)].toSorted()).toEqual(exported.toSorted());
  });
});

/** What every page of a check has, in this order. */
const HEADINGS = ["What is checked", "Why it matters", "How to fix it", "Example", "Source"];

/** The sections of a check's page by their headings, in the order of the page. */
function sectionsOf({ id }: Check): Map<string, string> {
  const page = readFileSync(join(ROOT, "docs/checks", `${id}.md`), "utf8");
  return new Map(
    page
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [heading = "", ...text] = section.split("\n");
        return [heading, text.join("\n").trim()];
      }),
  );
}

/** The names of the files in a folder that end so, without that end. */
function named(folder: string, end: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(end) && file !== "README.md")
    .map((file) => file.slice(0, -end.length));
}

/** The checks whose page is wrong. */
function without(isRight: (sections: ReadonlyMap<string, string>, check: Check) => boolean): string[] {
  return CATALOG.filter((check) => !isRight(sectionsOf(check), check)).map(({ id }) => id);
}

/** The marks of the outcomes that a page may show, by the check's severity; `?` is unknown. */
const MARKS = { error: ["✗", "?"], warning: ["!"] };

describe("the pages of the checks", () => {
  it("are one for each check, as are the tests and the lines of the index", () => {
    const checks = CATALOG.map(({ id }) => id).toSorted();
    const index = readFileSync(join(ROOT, "docs/checks/README.md"), "utf8");
    const listed = [...index.matchAll(/^- \[([^\]]+)\]\(([^)]+)\.md\): (.+)$/gm)].map(
      ([, name, file, title]) => ({ name, file, title }),
    );
    expect(named("docs/checks", ".md").toSorted()).toEqual(checks);
    expect(named("test/preflight/checks", ".test.ts").toSorted()).toEqual(checks);
    expect(listed).toEqual(CATALOG.map(({ id, title }) => ({ name: id, file: id, title })));
  });

  it("have the same headings in the same order, and something below each", () => {
    for (const check of CATALOG)
      expect([check.id, ...sectionsOf(check).keys()]).toEqual([check.id, ...HEADINGS]);
    expect(without((sections) => ![...sections.values()].includes(""))).toEqual([]);
  });

  it("begin with one plain sentence", () => {
    const isOne = (text: string) => text.endsWith(".") && text.length <= 160 && !/[.:;] [A-Z]/.test(text);
    expect(without((sections) => isOne(sections.get("What is checked")?.split("\n\n")[0] ?? ""))).toEqual([]);
  });

  it("tell of versions, of when the fix takes effect, of locks and of risk", () => {
    expect(
      without((sections) => /^\*\*Versions\.\*\* \S/m.test(sections.get("What is checked") ?? "")),
    ).toEqual([]);
    const effect = /^\*\*Takes effect:\*\* \S.*\*\*Lock and risk:\*\* \S/m;
    expect(without((sections) => effect.test(sections.get("How to fix it") ?? ""))).toEqual([]);
  });

  it("show one finding with its fix, as the command line prints it", () => {
    const isFinding = (sections: ReadonlyMap<string, string>, { id, severity }: Check) => {
      const lines = (sections.get("Example") ?? "").split("\n");
      const [first = "", ...rest] = lines.slice(1, -1);
      return (
        lines[0] === "```" &&
        lines.at(-1) === "```" &&
        MARKS[severity].some((mark) => first.startsWith(`${mark} ${id}  `)) &&
        rest.filter((line) => line.startsWith("    fix: ")).length === 1 &&
        rest.every((line) => line.startsWith("    "))
      );
    };
    expect(without(isFinding)).toEqual([]);
  });

  it("have an example that scripts/check-examples.mjs prints from a real Postgres", async () => {
    const { scenarios } = await import("../scripts/check-examples/scenarios.mjs");
    expect(Object.keys(scenarios).toSorted()).toEqual(CATALOG.map(({ id }) => id).toSorted());
  });

  it("say of a reload or a restart what the example says", () => {
    const effects = CATALOG.flatMap((check) => {
      const sections = sectionsOf(check);
      const [, shown] = / then (reload|restart)\b/.exec(sections.get("Example") ?? "") ?? [];
      const [, told] = /^\*\*Takes effect:\*\* (.*?) \*\*/m.exec(sections.get("How to fix it") ?? "") ?? [];
      return shown === undefined ? [] : [{ id: check.id, shown, told }];
    });
    expect(effects).toContainEqual({ id: "wal-level", shown: "restart", told: "after a restart." });
    expect(effects.filter(({ shown, told }) => !told?.includes(`after a ${shown}`))).toEqual([]);
  });

  it("name a source that can be opened", () => {
    expect(without((sections) => /\]\(https:\/\/[^)\s]+\)/.test(sections.get("Source") ?? ""))).toEqual([]);
  });
});

describe("the pages of the review's rules", () => {
  it("are one for each rule, as are the files and the tests, and the index has the same words", () => {
    const rules = RULES.map(({ id }) => id).toSorted();
    expect(named("docs/review", ".md").toSorted()).toEqual(rules);
    expect(named("test/review/rules", ".test.ts").toSorted()).toEqual(rules);
    expect(
      named("src/review/rules", ".ts")
        .filter((file) => file !== "catalog" && file !== "rule")
        .toSorted(),
    ).toEqual(rules);
    const index = readFileSync(join(ROOT, "docs/review/README.md"), "utf8");
    const rows = [...index.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\.md\) \| (\w+) \| (.+) \|$/gm)];
    expect(rows.map(([, ...row]) => row)).toEqual(
      RULES.map(({ id, severity, title }) => [id, id, severity, title]),
    );
  });

  it("begin with the rule's title and severity, and have the same headings", () => {
    for (const { id, severity, title } of RULES) {
      const page = readFileSync(join(ROOT, "docs/review", `${id}.md`), "utf8");
      expect(page).toContain(`# ${id}\n\n${title}. Severity: **${severity}**.\n`);
      expect(page.match(/^## .*/gm)).toEqual(["## What it finds", "## Why it matters", "## What to do"]);
      expect(page).toContain(`--ignore "${id}=`);
    }
  });
});
