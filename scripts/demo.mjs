// npm run demo: the main job on real parts. Sets up what it needs, and leaves nothing behind.
import { build } from "./lib/build.mjs";
import { runMain } from "./lib/report.mjs";
import { setup } from "./setup.mjs";

const cleanups = [];
const cleanUp = async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => cleanUp().finally(() => process.exit(130)));
}

runMain(async () => {
  try {
    const environment = await setup({ majors: [17] });
    await build();
    Object.assign(process.env, environment);
    // Loaded late: it needs what the setup installs.
    const { tell } = await import("./demo/story.mjs");
    await tell(environment, (clean) => cleanups.push(clean));
  } finally {
    await cleanUp();
  }
});
