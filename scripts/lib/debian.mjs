// Packages of Debian, installed as root.
import { existsSync } from "node:fs";
import { run } from "./command.mjs";
import { step } from "./report.mjs";

/** @returns {boolean} whether Debian packages can be installed */
export function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

/** @param {string[]} names - of Debian packages */
export async function installPackages(...names) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await step(`Installing the Debian packages ${names.join(", ")}`, "under a minute, once", async () => {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", ...names], { env });
  });
}
