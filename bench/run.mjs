// npm run bench -- <name> [options]: measurements, which take long and fail nothing. Not part of npm test.
import { runMain } from "../scripts/lib/report.mjs";
import { runReady } from "../scripts/lib/run-ready.mjs";

const BENCHES = ["preflight", "engine"];

runMain(async () => {
  const [name = "", ...options] = process.argv.slice(2);
  if (!BENCHES.includes(name)) throw new Error(`Say what to measure: ${BENCHES.join(", ")}`);
  process.exitCode = await runReady(`bench/${name}.mjs`, options, { majors: [17] });
});
