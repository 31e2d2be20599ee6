// npm run demo: the main job on real parts. Sets up what it needs, and leaves nothing behind.
import { runMain } from "./lib/report.mjs";
import { runReady } from "./lib/run-ready.mjs";

runMain(async () => {
  process.exitCode = await runReady("scripts/demo/run.mjs", [], { majors: [17] });
});
