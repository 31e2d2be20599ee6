import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

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

/** What the compiler says of files that are only here, with the settings of this repository. */
function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  // What an example declares is for its reader.
  const settings = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
}

describe("the examples in the documentation", () => {
  it("are accepted by the compiler", () => {
    const found = examples();
    expect([...found.keys()]).toEqual(expect.arrayContaining([join(ROOT, "README-md-1.mts")]));
    expect(found.size).toBeGreaterThanOrEqual(3);
    expect(problemsOf(found)).toEqual([]);
  });

  it("would be refused with a setting that is not there", () => {
    const path = join(ROOT, "wrong.ts");
    const code =
      'import { ReplicationRole } from "pulumi-ardent";\nnew ReplicationRole("a", { nam: "b" });\n';
    expect(problemsOf(new Map([[path, code]])).join()).toContain(
      "'nam' does not exist in type 'ReplicationRoleArgs'",
    );
  });
});
