// npm test [-- arguments of vitest run]: the toolchain, the package, the tests of the first tier; npm run test:all those
// of both (test/support/tier.ts).
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
  const args = process.argv.slice(2);
  const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");
  process.exitCode = await runAttached(
    nodeProgram(),
    [vitest, "run", ...args.filter((arg) => arg !== "--all")],
    args.includes("--all") ? { ...environment, TEST_TIER: "all" } : environment,
  );
});
