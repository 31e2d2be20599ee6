// A Docker daemon: the one that answers, else, as root on Debian, one of our own.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findOnPath, succeeds } from "./command.mjs";
import { installPackages, isRootOnDebian } from "./debian.mjs";
import { cacheFolder } from "./folders.mjs";
import { SetupError, say, step } from "./report.mjs";

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/** @throws {SetupError} when no daemon answers and none can be started */
export async function ensureDocker() {
  if (await daemonAnswers()) return;
  if (process.env.DOCKER_HOST) {
    throw new SetupError(
      `The Docker daemon at DOCKER_HOST=${process.env.DOCKER_HOST} does not answer.`,
      "Start it, or unset DOCKER_HOST.",
    );
  }
  if (!isRootOnDebian()) {
    throw new SetupError(
      "No Docker daemon answers.",
      "Install and start Docker (https://docs.docker.com/engine/install/), make sure that `docker version` works for this user, and run this again.",
    );
  }
  if (findOnPath("dockerd") === undefined) await installPackages("docker.io", "iptables");
  if (findOnPath("docker") === undefined) await installPackages("docker-cli");
  await startDaemon();
}

function daemonAnswers() {
  return succeeds("docker", ["version", "--format", "{{.Server.Version}}"], { timeoutMs: 10_000 });
}

async function startDaemon() {
  await mkdir(cacheFolder(), { recursive: true });
  const log = join(cacheFolder(), "dockerd.log");
  const output = openSync(log, "w");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  let ended = false;
  daemon.on("error", () => {
    ended = true;
  });
  daemon.on("exit", () => {
    ended = true;
  });
  daemon.unref();

  await step("Starting a Docker daemon", "a few seconds", async () => {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await daemonAnswers())) {
      if (ended || Date.now() > deadline) {
        const tail = (await readFile(log, "utf8")).trimEnd().split("\n").slice(-5).join("\n    ");
        throw new SetupError(`dockerd did not start; ${log} ends with\n    ${tail}`, "Start Docker by hand.");
      }
      await sleep(POLL_MS);
    }
  });
  say(`  It keeps running. To stop it: kill ${daemon.pid}. Its log: ${log}`);
}
