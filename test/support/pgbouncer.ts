import { execFileSync } from "node:child_process";
import { GenericContainer, Wait } from "testcontainers";
import type { PostgresServer } from "./postgres";
import { RUN_LABEL, RUN_VARIABLE } from "./postgres-run";

/** A PgBouncer in front of a server of a test's own; the superuser logs in through it. */
export interface PgBouncer {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

const PORT = 6432;

/**
 * Starts the PgBouncer that the server's image has: 1.15 beside Postgres 13, 1.18 beside 15, 1.24 and newer beside 17
 * and 18. From 1.23 on it passes replication sessions.
 *
 * @param poolMode - when a server's connection goes to the next client
 * @param ignored - startup parameters that it leaves out instead of refusing them
 */
export async function startPgBouncer(
  server: PostgresServer,
  poolMode: "session" | "transaction" | "statement",
  ignored = "",
): Promise<PgBouncer> {
  const address = (await server.exec(["hostname", "-i"])).trim();
  const container = await new GenericContainer(imageOf(await server.exec(["hostname"])))
    .withEntrypoint(["pgbouncer"])
    .withCommand(["/tmp/pgbouncer.ini"])
    .withCopyContentToContainer([
      { target: "/tmp/users.txt", content: `"${server.admin.user}" "${server.admin.password}"\n` },
      {
        target: "/tmp/pgbouncer.ini",
        content: `
[databases]
* = host=${address} port=5432
[pgbouncer]
listen_addr = 0.0.0.0
listen_port = ${PORT}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /tmp/users.txt
pool_mode = ${poolMode}
ignore_startup_parameters = ${ignored}
`,
      },
    ])
    .withExposedPorts(PORT)
    .withLabels({ [RUN_LABEL]: process.env[RUN_VARIABLE] ?? "" })
    .withWaitStrategy(Wait.forLogMessage(/process up/))
    .start();
  return {
    port: container.getMappedPort(PORT),
    stop: async () => void (await container.stop()),
  };
}

/** @param container - its host name, which is its id's beginning */
function imageOf(container: string): string {
  return execFileSync("docker", ["inspect", "--format={{.Config.Image}}", container.trim()], {
    encoding: "utf8",
  }).trim();
}
