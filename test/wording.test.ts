import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..");

/** Phrases that readers stumble over, and what to write. Single words are in `flagWords` of cspell.json. */
const PHRASES: readonly (readonly [phrase: RegExp, better: string])[] = [
  [/\bgo(es|ing)? on\b/, "continue"],
  [/\bset-ups?\b/, "setup"],
  [/\b(nobody|no one) reads\b/, "inactive, unread"],
  [/\b(said|say it|say so) (twice|a second time)\b/, "confirm"],
  [/\ba second time\b/, "again"],
  [/\blooks? again\b/, "retry"],
  [/\bcom(e|es|ing) into being\b/, "is created"],
  [/\b(its|their|Ardent's) books\b/, "metadata"],
  [/\bcannot be told\b(?! apart)/, "is unknown"],
  [/\b(be had|had) back\b/, "restored"],
  [/\bon the way there\b/, "will lead to this"],
  [/\bwhole way\b/, "end to end"],
  [/\brandom lives\b/, "randomized lifecycles"],
  [/\btakes? (it |them |that |all )?back\b/, "revokes, removes"],
];

/** What git tracks of the text that people read. This file has the phrases themselves. */
function textFiles(): string[] {
  const files = execFileSync("git", ["ls-files", "src", "test", "docs", "examples", "*.md"], { cwd: ROOT });
  return files
    .toString()
    .split("\n")
    .filter((file) => /\.(ts|mts|md)$/.test(file))
    .filter((file) => !/^(docs\/api|test\/fixtures)\//.test(file) && file !== "test/wording.test.ts");
}

/** Where the phrases are: file, line, phrase and what to write. A phrase may break over two lines of a comment. */
function found(file: string): string[] {
  // Of one length with the text, so that a place in it is the same place in the file.
  const text = readFileSync(join(ROOT, file), "utf8");
  const flat = text.replace(/\n\s*(\*|\/\/)?[ \t]*/g, (gap) => " ".repeat(gap.length)).replace(/\t/g, " ");
  return PHRASES.flatMap(([phrase, better]) => {
    const spread = new RegExp(phrase.source.replaceAll(" ", " +"), "gi");
    return [...flat.matchAll(spread)].map((match) => {
      const line = text.slice(0, match.index).split("\n").length;
      return `${file}:${line}: "${match[0].replace(/ +/g, " ")}" (better: ${better})`;
    });
  });
}

describe("the wording", () => {
  it("has none of the phrases that readers stumble over", () => {
    const files = textFiles();
    expect(files).toContain("README.md");
    expect(files.flatMap(found)).toEqual([]);
  });
});
