import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { typeProblems } from "./support/type-problems";

const ROOT = join(__dirname, "..");

/** What stands above an example that is only a part of a program. */
const BEFORE = `import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";
const config = new pulumi.Config();
`;

/** The TypeScript of the pages, each block as a file of its own that does not exist on disk. */
function examples(): Map<string, string> {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" });
  const pages = [
    "README.md",
    ...docs.filter((file) => file.endsWith(".md")).map((file) => join("docs", file)),
  ];
  return new Map(
    pages.flatMap((page) => {
      const blocks = readFileSync(join(ROOT, page), "utf8").matchAll(
        /^```(?:ts|typescript)\n([\s\S]*?)^```/gm,
      );
      return [...blocks].map(([, code = ""], index): [string, string] => [
        join(ROOT, `${page.replaceAll(/[^\w]/g, "-")}-${index + 1}.mts`),
        code.startsWith("import ") ? code : `${BEFORE}${code}`,
      ]);
    }),
  );
}

describe("the examples in the documentation", () => {
  it("are accepted by the compiler", () => {
    const found = examples();
    expect([...found.keys()]).toEqual(expect.arrayContaining([join(ROOT, "README-md-1.mts")]));
    expect(found.size).toBeGreaterThanOrEqual(3);
    expect(typeProblems(found)).toEqual([]);
  });

  it("are rejected with an unknown argument", () => {
    const path = join(ROOT, "wrong.ts");
    const code =
      'import { ReplicationRole } from "pulumi-ardent";\nnew ReplicationRole("a", { nam: "b" });\n';
    expect(typeProblems(new Map([[path, code]])).join()).toContain(
      "'nam' does not exist in type 'ReplicationRoleArgs'",
    );
  });
});
