// npm test [-- arguments of vitest run]: the toolchain, the package, the tests of the first tier; npm run test:all those
// of both (test/support/tier.ts).
import { runMain } from "./lib/report.mjs";
import { runReady } from "./lib/run-ready.mjs";

const ALL = "--all";

runMain(async () => {
  const args = process.argv.slice(2);
  if (args.includes(ALL)) process.env.TEST_TIER = "all";
  const ours = args.filter((arg) => arg !== ALL);
  process.exitCode = await runReady("node_modules/vitest/vitest.mjs", ["run", ...ours]);
});
