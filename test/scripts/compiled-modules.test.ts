import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "../..");

describe.each(["bench/lib/look.mjs", "scripts/check-examples/run.mjs"])("%s", (script) => {
  it("loads compiled modules that have a source", () => {
    const text = readFileSync(join(ROOT, script), "utf8");
    const loaded = [...text.matchAll(/\b(?:dist|compiled)\("([^"]+?)(?:\.js)?"\)/g)].map(([, path]) => path);
    expect(loaded).toContain("preflight/evaluate");
    expect(loaded.filter((path) => !existsSync(join(ROOT, `src/${path}.ts`)))).toEqual([]);
  });
});
