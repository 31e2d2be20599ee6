import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "..", "..");

/**
 * What the compiler says of files that are only here, with the settings of this repository.
 *
 * @param files - their text, by path
 * @param changed - settings that differ
 */
export function typeProblems(files: ReadonlyMap<string, string>, changed: ts.CompilerOptions = {}): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  // What an example declares is for its reader.
  const settings = { ...options, noUnusedLocals: false, noUnusedParameters: false, ...changed };
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
