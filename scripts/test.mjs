// npm test [-- arguments of vitest run]: the toolchain, the package, the tests.
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { runAttached } from "./lib/command.mjs";
import { nodeProgram } from "./lib/environment.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain } from "./lib/report.mjs";
import { setup } from "./setup.mjs";

runMain(async () => {
  const environment = await setup();
  await build();
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  process.exitCode = await runAttached(nodeProgram(), [vitest, "run", ...process.argv.slice(2)], environment);
});
