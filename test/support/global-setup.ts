// Runs once, in vitest's main process: copies the built package, hands the toolchain to the workers, starts and
// installs what they share, and removes every container of this run at its end.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node" with { "resolution-mode": "import" };
import { installPackage } from "./installed-package";
import { isOfDeadProcess } from "./leftovers";
import { copyPackage } from "./package-copy";
import { BROKER_VARIABLE, FILTER_VARIABLE, PACKAGE_VARIABLE, RUN_LABEL, RUN_VARIABLE } from "./postgres-run";

/** @returns the teardown */
export default async function globalSetup({ config }: TestProject): Promise<() => void> {
  if (config.testNamePattern !== undefined) process.env[FILTER_VARIABLE] = String(config.testNamePattern);
  const copy = await copyPackage();
  const removeCopy = () => copy === undefined || rmSync(copy, { recursive: true, force: true });
  if (copy !== undefined) process.env[PACKAGE_VARIABLE] = copy;
  // Node.js of an engine or a command starts faster with the modules compiled already.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "pulumi-ardent-compile-cache");
  // Where the run is interrupted there is no teardown.
  process.once("exit", removeCopy);
  const stop = await startServices();
  return () => {
    stop();
    process.off("exit", removeCopy);
    removeCopy();
  };
}

/** Starts what needs the toolchain. @returns what ends it */
async function startServices(): Promise<() => void> {
  const { readToolchain, toolchainEnvironment } = await import("../../scripts/lib/environment.mjs");
  if (readToolchain() === undefined) {
    console.warn("The toolchain is not set up: tests with Postgres or Pulumi will fail. Run: npm run setup");
    return () => {};
  }
  const run = `${process.pid}-${randomBytes(4).toString("hex")}`;
  Object.assign(process.env, toolchainEnvironment(), { [RUN_VARIABLE]: run });
  try {
    removeContainersOfDeadRuns();
  } catch {
    console.warn("No Docker daemon answers: tests with Postgres will fail. Run: npm run setup");
    return () => {};
  }

  const broker = await startBroker();
  process.env[BROKER_VARIABLE] = `http://127.0.0.1:${(broker.address() as AddressInfo).port}`;

  const removeContainers = () => docker("rm", "--force", "--volumes", ...containers(run).map(({ id }) => id));
  process.once("exit", removeContainers);
  return () => {
    broker.close();
    broker.closeAllConnections();
    process.off("exit", removeContainers);
    removeContainers();
  };
}

/**
 * GET /<major> answers with the one server of that version, which the first request starts; GET /installed-package with
 * the folder in which the package is installed.
 */
async function startBroker(): Promise<Server> {
  const { runPostgres } = await import("../../scripts/lib/postgres-container.mjs");
  const servers = new Map<number, Promise<{ port: number; password: string; caCertificate: string }>>();
  const sharedServer = (major: number) => {
    const running = servers.get(major) ?? startShared(major);
    servers.set(major, running);
    return running;
  };
  const startShared = (major: number) =>
    runPostgres({
      major,
      labels: { [RUN_LABEL]: process.env[RUN_VARIABLE] ?? "" },
      // Many tests at a time.
      settings: { max_connections: "300", max_replication_slots: "50", max_wal_senders: "50" },
    });

  let installed: Promise<string> | undefined;
  const server = createServer(async (request, response) => {
    try {
      if (request.url === "/installed-package") {
        installed ??= installPackage();
        response.end(await installed);
        return;
      }
      const { port, password, caCertificate } = await sharedServer(Number(request.url?.slice(1)));
      response.end(JSON.stringify({ port, password, caCertificate }));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** A killed run could not clean up; the process id in its name tells that it is gone. */
function removeContainersOfDeadRuns(): void {
  const dead = containers().filter(({ run }) => isOfDeadProcess(run));
  try {
    docker("rm", "--force", "--volumes", ...dead.map(({ id }) => id));
  } catch {
    // Another run that begins at the same time removes them too.
  }
}

function containers(run?: string): { id: string; run: string }[] {
  const label = run === undefined ? RUN_LABEL : `${RUN_LABEL}=${run}`;
  const format = `{{.ID}} {{.Label "${RUN_LABEL}"}}`;
  const lines = docker("ps", "--all", `--filter=label=${label}`, `--format=${format}`).trim();
  if (lines === "") return [];
  return lines.split("\n").map((line) => {
    const [id = "", owner = ""] = line.split(" ");
    return { id, run: owner };
  });
}

/** Synchronous, as an exiting process waits for nothing else. `docker rm` without a container is left out. */
function docker(command: string, ...args: string[]): string {
  if (args.every((arg) => arg.startsWith("--")) && command === "rm") return "";
  return execFileSync("docker", [command, ...args], { encoding: "utf8" });
}
