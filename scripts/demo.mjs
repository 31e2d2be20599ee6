// npm run demo: the main job on real parts. Sets up what it needs, and leaves nothing behind.
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { runAttached } from "./lib/command.mjs";
import { nodeProgram } from "./lib/environment.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain } from "./lib/report.mjs";
import { setup } from "./setup.mjs";

runMain(async () => {
  const environment = await setup({ majors: [17] });
  await build();
  // In a process of its own: this one's Node may be too old for it.
  const main = join(repository, "scripts", "demo", "run.mjs");
  process.exitCode = await runAttached(nodeProgram(), [main], environment);
});
