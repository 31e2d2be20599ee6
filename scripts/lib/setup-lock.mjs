// One setup at a time on a machine: what another one builds is not built twice.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./folders.mjs";
import { say } from "./report.mjs";

/** A lock that its holder has not touched for so long is a dead one's, and taken over. */
const STALE_MS = 10_000;
const POLL_MS = 500;

/**
 * Does work that no other process of this user does at the same time, and waits for one that does.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  // Loaded late: the packages are installed by the setup.
  const { default: lockfile } = await import("proper-lockfile");
  await mkdir(cacheFolder(), { recursive: true });
  const holder = join(cacheFolder(), "setup-holder");
  const options = {
    realpath: false,
    stale: STALE_MS,
    // A machine that slept loses the lock; two setups at once cost time and break nothing (`makeOnce`).
    onCompromised: () => {},
  };

  let told = false;
  const acquire = async () => {
    for (;;) {
      try {
        return await lockfile.lock(holder, options);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
      }
      if (!told)
        say(`- Waiting for another setup (pid ${await readFile(holder, "utf8").catch(() => "unknown")})`);
      told = true;
      await sleep(POLL_MS);
    }
  };
  const release = await acquire();
  try {
    await writeFile(holder, String(process.pid));
    return await work();
  } finally {
    // Lost while the machine slept: there is nothing to release.
    await release().catch(() => {});
  }
}
