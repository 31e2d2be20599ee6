// npm run bench -- <name> [options]: measurements, which take long and fail nothing. Not part of npm test.
import { join } from "node:path";
import { build } from "../scripts/lib/build.mjs";
import { runAttached } from "../scripts/lib/command.mjs";
import { nodeProgram } from "../scripts/lib/environment.mjs";
import { repository } from "../scripts/lib/folders.mjs";
import { runMain } from "../scripts/lib/report.mjs";
import { setup } from "../scripts/setup.mjs";

const BENCHES = ["preflight"];

runMain(async () => {
  const [name, ...options] = process.argv.slice(2);
  if (!BENCHES.includes(name)) throw new Error(`Say what to measure: ${BENCHES.join(", ")}`);
  const environment = await setup({ majors: [17] });
  await build();
  // In a process of its own: this one's Node may be too old for it.
  const main = join(repository, "bench", `${name}.mjs`);
  process.exitCode = await runAttached(nodeProgram(), [main, ...options], environment);
});
