// A Postgres in a container, for the demo and the tests.
import { randomBytes, randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { GenericContainer, Wait } from "testcontainers";
import { run } from "./command.mjs";
import { postgresImage } from "./postgres-images.mjs";

const POSTGRES_PORT = 5432;
const READY = /database system is ready to accept (read-only |read only )?connections/;
const START_TIMEOUT_MS = 60_000;
/** Time to write everything out and leave; after it the server is killed. */
const STOP_TIMEOUT_MS = 10_000;

/** Below the range from which Linux takes client ports, so that none sits on ours while we restart. */
const HOST_PORTS = { from: 20_000, to: 32_767 };
const PORT_TRIES = 5;
const RETRY_MS = 200;

/** Types and meanings: postgres-container.d.mts. */
export async function runPostgres(options) {
  if (options.name !== undefined) await removeContainer(options.name);
  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort());
    try {
      return await start({ password: randomBytes(12).toString("hex"), ...options, port });
    } catch (cause) {
      // Another process may have taken the port before Docker started.
      const another = options.port === undefined && tries < PORT_TRIES && !(await isFree(port));
      if (another) continue;
      throw new Error(
        `Postgres ${options.major} (${postgresImage(options.major)}) did not start: ${cause.message}. ` +
          "If the image is missing, run: npm run setup",
        { cause },
      );
    }
  }
}

async function start({ major, password, name, port, settings = {}, hba, ready = true, labels = {} }) {
  const logged = [];
  const container = new GenericContainer(postgresImage(major))
    .withExposedPorts({ container: POSTGRES_PORT, host: port })
    .withEnvironment({
      POSTGRES_PASSWORD: password,
      POSTGRES_READY: ready ? "yes" : "no",
      POSTGRES_SETTINGS: Object.entries(settings).map(settingLine).join("\n"),
      POSTGRES_HBA: hba?.join("\n") ?? "",
    })
    .withLabels(labels)
    .withWaitStrategy(Wait.forLogMessage(READY))
    .withStartupTimeout(START_TIMEOUT_MS)
    .withLogConsumer((stream) => stream.on("data", (line) => logged.push(line)));
  if (name !== undefined) container.withName(name);

  const started = await container.start().catch((error) => {
    throw new Error([error.message, ...logged.slice(-10)].join("\n").trim(), { cause: error });
  });
  const exec = async (command, user = "postgres") => {
    const { exitCode, output, stdout } = await started.exec(command, { user });
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${exitCode}\n${output}`);
    return stdout;
  };
  return {
    id: started.getId(),
    host: "127.0.0.1",
    port,
    password,
    caCertificate: await exec(["cat", "/var/lib/postgresql/tls/ca.crt"]),
    exec,
    logs: () => run("docker", ["logs", started.getId()], { mergeOutput: true }),
    restart: async () => {
      await run("docker", ["restart", `--time=${STOP_TIMEOUT_MS / 1000}`, started.getId()]);
      await accepts(exec);
    },
    stop: async () => {
      await started.stop({ timeout: STOP_TIMEOUT_MS });
    },
  };
}

/**
 * Waits until a server that was restarted accepts connections. testcontainers would wait for a line of its log, which on a
 * busy machine can be written before it reads the log.
 */
async function accepts(exec) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return void (await exec(["pg_isready", "--quiet"]));
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}

function settingLine([name, value]) {
  return `${name} = '${value.replaceAll("'", "''")}'`;
}

async function removeContainer(name) {
  const ids = await run("docker", ["ps", "--all", "--quiet", `--filter=name=^/${name}$`]);
  if (ids !== "") await run("docker", ["rm", "--force", "--volumes", name]);
}

async function freePort() {
  for (;;) {
    const port = randomInt(HOST_PORTS.from, HOST_PORTS.to);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
