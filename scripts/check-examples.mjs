// node scripts/check-examples.mjs [ID…]: writes the example of a check's page as preflight prints it on a real Postgres.
import { runMain } from "./lib/report.mjs";
import { runReady } from "./lib/run-ready.mjs";

runMain(async () => {
  process.exitCode = await runReady("scripts/check-examples/run.mjs", process.argv.slice(2));
});
