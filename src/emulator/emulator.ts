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

/** How the emulator is started. */
export interface EmulatorOptions {
  /** Port to listen on. Defaults to 0: any that is free. */
  readonly port?: number;
  /** Address to listen on. Defaults to 127.0.0.1. Beyond loopback the token and passwords of sources go in the clear. */
  readonly host?: string;
  /** The bearer token to demand. Defaults to the one that is kept in `stateFile`, else to a random one. */
  readonly token?: string;
  /** Name of the project that is there from the start. Defaults to `default`. */
  readonly projectName?: string;
  /** Keeps everything in this file, the passwords of the sources too, and continues from what it holds. */
  readonly stateFile?: string;
  /** Rules for faults, instead of those that `stateFile` holds. */
  readonly faults?: readonly FaultRuleInput[];
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
  /** The project that was there from the start. */
  readonly projectId: string;
  readonly orgId: string;
  /**
   * Adds a fault.
   *
   * @throws {UserError} for a rule that is none
   */
  addFault(rule: FaultRuleInput): CountedRule;
  /** The rules, and how often each has hit. */
  faults(): CountedRule[];
  /** Removes all rules. */
  clearFaults(): void;
  /** Removes from every source what was made there, and says what could not be. For use before `close`. */
  cleanUp(): Promise<Remains[]>;
  /** Stops serving and streaming, as an outage would: sources stay as they are, with their slots. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Ardent's service, on the loopback interface unless told otherwise. It does real work on the
 * sources it is given.
 *
 * @throws {UserError} when the address or port cannot be had, or the state file or a fault cannot be used
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
