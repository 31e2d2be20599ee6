import { randomBytes } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import type { CountedRule } from "./faults/faults";
import { readRules } from "./faults/read-rules";
import type { FaultRuleInput } from "./faults/rule";
import { createApp } from "./http/app";
import { stopBranching } from "./jobs/branch-removal";
import { withdraw } from "./jobs/deletion";
import { inTurn, settleStream } from "./jobs/stream";
import { listen } from "./listen";
import { Store } from "./model/store";
import { describeSource } from "./source/source";
import { readState, writeState } from "./state/state-file";
import { recordStore, restoreStore } from "./state/store-state";

/** The options of the emulator. */
export interface EmulatorOptions {
  /** Port to listen on. Defaults to 0, which picks a free one. */
  readonly port?: number;
  /** Address to listen on. Defaults to 127.0.0.1. With others, the token and passwords are sent as plain text. */
  readonly host?: string;
  /** The bearer token to require. Defaults to the one in `stateFile`, or else to a random one. */
  readonly token?: string;
  /** Name of the initial project. Defaults to `default`. */
  readonly projectName?: string;
  /** Stores all state in this file, including the passwords of the sources, and loads it on start. */
  readonly stateFile?: string;
  /** Rules for faults, instead of those in `stateFile`. */
  readonly faults?: readonly FaultRuleInput[];
}

/** An object that the emulator could not remove from a source. */
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
  /** The initial project. */
  readonly projectId: string;
  readonly orgId: string;
  /**
   * Adds a fault.
   *
   * @throws {UserError} for an invalid rule
   */
  addFault(rule: FaultRuleInput): CountedRule;
  /** The rules, and how often each has been applied. */
  faults(): CountedRule[];
  /** Removes all rules. */
  clearFaults(): void;
  /** Removes the emulator's objects from every source, and returns those that remain. Call it before `close`. */
  cleanUp(): Promise<Remains[]>;
  /** Stops serving and streaming, like an outage: the sources do not change and keep their slots. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Ardent's service, by default on the loopback interface. It does real work on the sources that it
 * is given.
 *
 * @throws {UserError} when it cannot listen, or the state file or a fault is invalid
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", projectName = "default", stateFile } = options;
  const store = openStore(options);
  const project = [...store.projects.values()][0] ?? store.addProject(projectName);
  const { fetch, names } = createApp(store);
  if (options.faults !== undefined) {
    const rules = readRules(options.faults, names.documented);
    store.faults.clear();
    for (const rule of rules) store.faults.add(rule);
  }
  const server = createAdaptorServer({ fetch, hostname: host });
  if (stateFile !== undefined) {
    store.save = () => writeState(stateFile, recordStore(store));
    store.save();
  }
  const listening = await listen(server, host, port);
  await Promise.all([...store.connectors.values()].map(settleStream));

  const stop = async () => {
    for (const connector of store.connectors.values()) {
      connector.running?.abort("the emulator is being stopped");
      await connector.running?.settled;
    }
  };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}/v1`,
    token: store.token,
    projectId: project.id,
    orgId: store.orgId,
    addFault: (rule) => {
      const [added] = readRules([rule], names.documented).map((read) => store.faults.add(read));
      store.save();
      return added as CountedRule;
    },
    faults: () => store.faults.list(),
    clearFaults: () => {
      store.faults.clear();
      store.save();
    },
    cleanUp: async () => {
      await stop();
      const remains: Remains[] = [];
      for (const connector of store.connectors.values()) {
        for (const { object, reason, sql } of await withdraw(connector)) {
          remains.push({ source: describeSource(connector.source), object, reason, sql });
        }
      }
      store.save();
      return remains;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await stop();
      for (const connector of store.connectors.values()) {
        await stopBranching(connector);
        await inTurn(connector, () => connector.stream?.stop());
      }
    },
  };
}

function openStore({ stateFile, token }: EmulatorOptions): Store {
  const kept = stateFile === undefined ? undefined : readState(stateFile);
  if (kept !== undefined) return restoreStore(kept, token);
  return new Store(token ?? `sk-ard_test_${randomBytes(24).toString("hex")}`);
}
