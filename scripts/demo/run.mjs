// The demo in the environment that the setup has made. Whatever happens, what it has made is removed.
import { toolchainEnvironment } from "../lib/environment.mjs";
import { runMain } from "../lib/report.mjs";
import { tell } from "./story.mjs";

const cleanups = [];
const cleanUp = async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => cleanUp().finally(() => process.exit(130)));
}

runMain(async () => {
  try {
    await tell(toolchainEnvironment(), (clean) => cleanups.push(clean));
  } finally {
    await cleanUp();
  }
});
