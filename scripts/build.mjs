// npm run build: compiles src/ into dist/. In a draft beside it, which takes its place in one step: what reads dist/
// meanwhile finds the whole package, and a build that fails leaves it as it is.
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runAttached } from "./lib/command.mjs";
import { repository } from "./lib/folders.mjs";
import { runMain } from "./lib/report.mjs";

runMain(async () => {
  const dist = join(repository, "dist");
  const work = await mkdtemp(join(repository, ".build-"));
  try {
    const draft = join(work, "dist");
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const args = [tsc, "-p", join(repository, "tsconfig.build.json"), "--outDir", draft];
    process.exitCode = await runAttached(process.execPath, args);
    if (process.exitCode !== 0) return;
    if (existsSync(dist)) await rename(dist, join(work, "before"));
    await rename(draft, dist);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});
