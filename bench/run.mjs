// npm run bench -- <name> [options]: measurements, which take long and fail nothing. Not part of npm test.
import { runMain } from "../scripts/lib/report.mjs";

const BENCHES = { preflight: () => import("./preflight.mjs") };

runMain(async () => {
  const [name, ...options] = process.argv.slice(2);
  const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (load === undefined) throw new Error(`Say what to measure: ${Object.keys(BENCHES).join(", ")}`);
  const { measure } = await load();
  await measure(options);
});
