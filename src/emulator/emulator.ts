import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { UserError } from "../errors";
import { createApp } from "./http/app";
import { stopBranching } from "./jobs/branch-removal";
import { withdraw } from "./jobs/deletion";
import { describeSource } from "./source/source";
import { Store } from "./store";

/** How the emulator is started. */
export interface EmulatorOptions {
  /** Port to listen on. Defaults to 0: any that is free. */
  readonly port?: number;
  /** A loopback address. Defaults to 127.0.0.1. */
  readonly host?: string;
  /** The bearer token to demand. Defaults to a random one. */
  readonly token?: string;
  /** Name of the project that is there from the start. Defaults to `default`. */
  readonly projectName?: string;
}

/** What the emulator could not remove from a source. */
export interface Remains {
  /** `user@host:port/database` */
  readonly source: string;
  readonly object: string;
  readonly reason: string;
  readonly sql: string;
}

/** A running emulator. */
export interface Emulator {
  /** Base URL with /v1: the value of ARDENT_API_URL. */
  readonly url: string;
  readonly token: string;
  readonly projectId: string;
  readonly orgId: string;
  /** Removes from every source what was made there, and says what could not be. For use before `close`. */
  cleanUp(): Promise<Remains[]>;
  /** Stops serving and streaming, as an outage would: sources stay as they are, with their slots. */
  close(): Promise<void>;
}

const loopback = ["127.0.0.1", "::1", "localhost"];

/**
 * Starts a stand-in for Ardent's service on the loopback interface. It keeps everything in memory, and does real
 * work on the sources it is given.
 *
 * @throws {UserError} when the host is not loopback or the port cannot be had
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", projectName = "default" } = options;
  const token = options.token ?? `sk-ard_test_${randomBytes(24).toString("hex")}`;
  if (!loopback.includes(host)) {
    throw new UserError("The emulator cannot be started", [
      {
        what: "serves the loopback interface only, since it holds passwords of sources",
        object: "host",
        current: host,
        needed: loopback.join(", "),
      },
    ]);
  }
  const store = new Store();
  const project = store.addProject(projectName);
  const server = createAdaptorServer({ fetch: createApp(store, token).fetch, hostname: host });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new UserError("The emulator cannot be started", [
          {
            what: `cannot be listened on (${error.code})`,
            object: "port",
            current: String(port),
            fix: "choose another with --port; 0, the default, takes one that is free",
          },
        ]),
      ),
    );
    server.listen(port, host);
  });
  const listening = (server.address() as AddressInfo).port;

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}/v1`,
    token,
    projectId: project.id,
    orgId: store.orgId,
    cleanUp: async () => {
      const remains: Remains[] = [];
      for (const connector of store.connectors.values()) {
        connector.running?.abort();
        await connector.running?.settled;
        for (const { object, reason, sql } of await withdraw(connector)) {
          remains.push({ source: describeSource(connector.source), object, reason, sql });
        }
      }
      return remains;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      for (const connector of store.connectors.values()) {
        connector.running?.abort();
        await connector.running?.settled;
        await stopBranching(connector);
        await connector.stream?.stop();
      }
    },
  };
}
