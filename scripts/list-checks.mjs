// node scripts/list-checks.mjs: lists every file of src/preflight/checks in the catalog and in the index of the pages. A
// check that is new comes last in its category; where the report should have it earlier, move its line in the catalog
// and run this again.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "./lib/folders.mjs";
import { runMain } from "./lib/report.mjs";

const CATALOG = join(repository, "src/preflight/check/catalog.ts");
const INDEX = join(repository, "docs/checks/README.md");
const CHECKS = join(repository, "src/preflight/checks");

/** @typedef {{name: string, id: string, category: string, title: string}} Check - `name` is what its file exports */
/** @typedef {{category: string, checks: Check[]}} Group - the checks of a category, in run order */

runMain(async () => {
  const catalog = await readFile(CATALOG, "utf8");
  const listed = lines(catalog, /^ {2}(\w+),$/gm);
  const ids = (await readdir(CHECKS)).map((file) => file.replace(/\.ts$/, "")).sort();
  const checks = await Promise.all(ids.map(readCheck));
  /** @param {Check} check */
  const place = ({ name }) => (listed.includes(name) ? listed.indexOf(name) : listed.length);
  const groups = lines(catalog, /^ {2}\/\/ ([a-z-]+)$/gm).map((category) => ({
    category,
    checks: checks.filter((check) => check.category === category).sort((a, b) => place(a) - place(b)),
  }));
  await writeFile(CATALOG, catalogOf(catalog, checks, groups));
  await writeFile(INDEX, indexOf(await readFile(INDEX, "utf8"), groups));
});

/**
 * What each match of an expression holds in its first group.
 *
 * @param {string} text
 * @param {RegExp} expression
 */
function lines(text, expression) {
  return [...text.matchAll(expression)].map(([, word = ""]) => word);
}

/**
 * @param {string} id
 * @returns {Promise<Check>}
 */
async function readCheck(id) {
  const text = await readFile(join(CHECKS, `${id}.ts`), "utf8");
  const [, name = "", about = ""] =
    /^export const (\w+) = defineCheck\(\{\n([\s\S]*?)^\}\);$/m.exec(text) ?? [];
  /** @param {string} key */
  const word = (key) => new RegExp(`^  ${key}:\\s+["\`](.*)["\`],$`, "m").exec(about)?.[1] ?? "";
  const check = { name, id: word("id"), category: word("category"), title: word("title") };
  const missing = Object.entries(check).flatMap(([key, value]) => (value === "" ? [key] : []));
  if (missing.length > 0) throw new Error(`${id}.ts defines no check: it has no ${missing.join(", no ")}`);
  return check;
}

/**
 * @param {string} catalog - as it is
 * @param {Check[]} checks
 * @param {Group[]} groups
 */
function catalogOf(catalog, checks, groups) {
  const imports = checks.map(({ name, id }) => `import { ${name} } from "../checks/${id}";`);
  const [head = ""] = /^import type \{ Check \}[\s\S]*?= \[\n/m.exec(catalog) ?? [];
  const entries = groups.flatMap(({ category, checks }) => [
    `  // ${category}`,
    ...checks.map(({ name }) => `  ${name},`),
  ]);
  return `${[...imports, `${head}${entries.join("\n")}`].join("\n")}\n];\n`;
}

/**
 * A title that is computed stays as the index has it; a test compares.
 *
 * @param {string} index - as it is
 * @param {Group[]} groups
 */
function indexOf(index, groups) {
  const written = new Map(
    [...index.matchAll(/^- \[([a-z0-9-]+)\]\(\1\.md\): (.*)$/gm)].map(([, id, title]) => [id, title]),
  );
  /** @param {Check} check */
  const line = ({ id, title }) =>
    `- [${id}](${id}.md): ${/\$\{/.test(title) ? (written.get(id) ?? title) : title}\n`;
  return groups.reduce(
    (text, { category, checks }) =>
      text.replace(
        new RegExp(`^### ${category}\\n\\n(- .*\\n)*`, "m"),
        () => `### ${category}\n\n${checks.map(line).join("")}`,
      ),
    index,
  );
}
