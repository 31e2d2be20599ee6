// The compiled package, which the command line, the demo and the Pulumi tests run.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.mjs";
import { hashOf, repository } from "./folders.mjs";
import { step } from "./report.mjs";

const INPUTS = ["src", "tsconfig.json", "tsconfig.build.json"];

/** Runs `npm run build` unless dist/ was built here from these very sources. */
export async function build() {
  // Beside the dependencies, as what lies in dist/ is published.
  const stamp = join(repository, "node_modules", ".pulumi-ardent-built-from");
  const wanted = hashOf(INPUTS.map((input) => join(repository, input)));
  const built = existsSync(join(repository, "dist")) && existsSync(stamp);
  if (built && (await readFile(stamp, "utf8")) === wanted) return;
  await step("Building the package", "about 10 s", () => run("npm", ["run", "build"], { cwd: repository }));
  await writeFile(stamp, wanted);
}
