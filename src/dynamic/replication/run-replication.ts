import { setTimeout as sleep } from "node:timers/promises";
import type { ArdentClient } from "../../ardent/client";
import {
  type ConnectorProblem,
  connectorProblem,
  describeConnectorProblem,
} from "../../ardent/connector-health";
import { ArdentApiError } from "../../ardent/errors";
import { discoveredTables, tablesToDecide } from "../../ardent/replica-identity";
import type { Connector, Operation, OperationHandle } from "../../ardent/schemas";
import { describeOperation, type OperationEnd, waitForOperation } from "../../ardent/wait-for-operation";
import { UserError } from "../../errors";
import { printableValue } from "../../printable-text";
import { operationProgress } from "../runtime/operation-progress";
import { decisionsFor } from "./replica-identity-decisions";
import type { Pending, ReplicationInputs } from "./replication-inputs";

/** Further inputs of {@link runReplication}. */
export interface RunOptions {
  /** Work of an earlier run for the same inputs, for which to wait instead of starting it again. */
  readonly resume: Pending | undefined;
  /** Whether the service may have decisions of an earlier run: then an empty set is sent too, which withdraws them. */
  readonly mayHaveDecisions: boolean;
  /** Takes one line for each change worth seeing. */
  readonly print: (line: string) => void;
  /** Called with the running work, and with undefined when it has ended; record it even if this function fails. */
  readonly record: (pending: Pending | undefined) => void;
  /** The minimum time between two polls, in milliseconds; default 1 s. */
  readonly pollMs?: number;
}

const LONGEST_CONFLICT_PAUSE_MS = 15_000;

/**
 * Sets up the replication of a created connector: discovery, selection, decisions, setup, waiting for each of them. Every
 * step can be repeated, so after an interruption it is run again.
 *
 * @throws UserError if tables need a decision, or an operation failed or took longer than `timeout`
 * @throws ArdentApiError for errors of the service
 */
export async function runReplication(
  client: ArdentClient,
  wanted: ReplicationInputs,
  options: RunOptions,
): Promise<void> {
  const run = new Run(client, wanted, options);
  const resumed = options.resume && (await run.resume(options.resume));
  if (resumed !== undefined && options.resume?.step === "setup") return;
  if (resumed === undefined || !(await run.selectFrom(resumed))) await run.select(await run.discover());
  await run.setUp();
}

/** One run, with its time limit. */
class Run {
  private readonly end: number;

  constructor(
    private readonly client: ArdentClient,
    private readonly wanted: ReplicationInputs,
    private readonly options: RunOptions,
  ) {
    this.end = Date.now() + wanted.timeout * 1000;
  }

  /** Every line names the connector: a program can have several. */
  readonly print = (line: string): void =>
    this.options.print(`Ardent: connector ${this.wanted.connectorId}: ${line}`);

  /** Waits for work of an earlier run; undefined if there is none and the work has to be started again. */
  async resume({ step, operationId }: Pending): Promise<Operation | undefined> {
    this.print(`still waiting for the ${step} that was started earlier (${operationId})`);
    try {
      const end = await this.wait(step, operationId);
      if (end.outcome === "timed-out") throw this.timeoutError(step, operationId, end.operation);
      this.options.record(undefined);
      if (end.outcome === "completed") return end.operation;
      this.print(`that ${step} failed (${reasonOf(end.operation)}); starting over`);
    } catch (error) {
      if (!(error instanceof ArdentApiError) || error.code !== "not-found") throw error;
      this.options.record(undefined);
      this.print(`that ${step} is no longer known; starting over`);
    }
    return undefined;
  }

  /** Selects the tables and sends the decisions; if decisions are known to be missing, it fails before it sends anything. */
  async select(discovery: Operation): Promise<void> {
    const { connectorId, selection, decisions } = this.wanted;
    const { replication } = this.client;
    const discovered = discoveredTables(discovery);
    const decide = (needing: readonly string[] | undefined) =>
      decisionsFor(needing, selection, decisions, discovered?.all);
    decide(discovered?.withoutIdentity);
    const connector = await replication.setSelection(connectorId, selection);
    const { told, unused } = decide(tablesToDecide(connector) ?? discovered?.withoutIdentity);
    if (unused.length > 0) this.print(`no selected table needs the decision for ${unused.join(", ")}`);
    if (Object.keys(told).length > 0 || this.options.mayHaveDecisions)
      await replication.setDecisions(connectorId, told);
  }

  /**
   * Selects tables that an earlier run has discovered.
   *
   * @returns false if the service rejects this: a killed run in between may have started a setup
   */
  async selectFrom(discovery: Operation): Promise<boolean> {
    try {
      await this.select(discovery);
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
  }

  /**
   * Discovers the tables of the source. A killed run can leave a running setup without a record; then the discovery has to
   * wait until it has ended.
   */
  async discover(): Promise<Operation> {
    const { connectorId } = this.wanted;
    const start = async () => this.follow("discovery", await this.client.replication.discover(connectorId));
    try {
      return await start();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const running = (await this.client.replication.setup(connectorId).catch(() => undefined))?.handle;
      if (running === undefined) throw error;
      this.print("a setup that was started earlier is still running; waiting for it first");
      // Not recorded, because it has other inputs; the next run finds it here again.
      const end = await this.wait("setup", running.operation_id);
      if (end.outcome === "timed-out") throw this.timeoutError("setup", running.operation_id, end.operation);
      return start();
    }
  }

  /** Waits for work that was just started. */
  async follow(step: Pending["step"], handle: OperationHandle): Promise<Operation> {
    const operationId = handle.operation_id;
    this.options.record({ step, operationId });
    const end = await this.wait(step, operationId);
    if (end.outcome === "timed-out") throw this.timeoutError(step, operationId, end.operation);
    this.options.record(undefined);
    if (end.outcome === "completed") return end.operation;
    throw new UserError(`The ${step} of connector ${this.wanted.connectorId} failed`, [
      {
        what: reasonOf(end.operation),
        object: `operation ${operationId}, at ${describeOperation(end.operation)}`,
        fix: "fix the reported cause, then run `pulumi up` again: it repeats the steps",
      },
    ]);
  }

  /** Starts the engine; it waits until a conflicting setup has ended. */
  async setUp(): Promise<void> {
    const { connectorId, wait } = this.wanted;
    for (let pause = this.options.pollMs ?? 1_000; ; pause = Math.min(2 * pause, LONGEST_CONFLICT_PAUSE_MS)) {
      try {
        const { handle, connector } = await this.client.replication.setup(connectorId);
        if (handle === undefined) this.assertHealthy(connector);
        else if (wait) await this.followSetUp(handle);
        else this.options.record({ step: "setup", operationId: handle.operation_id });
        return;
      } catch (error) {
        const conflict = error instanceof ArdentApiError && error.code === "conflict";
        if (!conflict || Date.now() + pause > this.end) throw error;
        this.print(`waiting to set up: ${printableValue(error.detail ?? "another setup is running")}`);
        await sleep(pause);
      }
    }
  }

  /** An engine with nothing to set up can still have failed: that must not count as success. */
  private assertHealthy(connector: Connector): void {
    const problem = connectorProblem(connector);
    if (problem?.failed) throw hasFailed(connector, problem);
    this.print(
      `the replication is set up${problem === undefined ? "" : `, and ${describeConnectorProblem(problem)}`}`,
    );
  }

  private async followSetUp(handle: OperationHandle): Promise<void> {
    this.print(
      `setup ${handle.operation_id} runs at Ardent; if this run ends first, the next \`pulumi up\` waits for it`,
    );
    await this.follow("setup", handle);
  }

  private wait(step: Pending["step"], operationId: string): Promise<OperationEnd> {
    const { print, pollMs } = this.options;
    const line = operationProgress(`connector ${this.wanted.connectorId}: ${step}`);
    return waitForOperation(
      this.client,
      { operation_id: operationId },
      {
        timeoutMs: Math.max(0, this.end - Date.now()),
        onProgress: (operation) => print(line(operation)),
        ...(pollMs === undefined ? {} : { pollMs }),
      },
    );
  }

  private timeoutError(step: string, operationId: string, last: Operation | undefined): UserError {
    return new UserError(`The ${step} of connector ${this.wanted.connectorId} timed out`, [
      {
        what: `it continues at Ardent${last === undefined ? "" : `, at ${describeOperation(last)}`}`,
        object: `operation ${operationId}`,
        current: `waited ${this.wanted.timeout} seconds`,
        fix: "run `pulumi up` again: it keeps waiting for the same operation; `timeout` sets how long to wait",
      },
    ]);
  }
}

function hasFailed({ id, name }: Connector, problem: ConnectorProblem): UserError {
  return new UserError(`The replication of connector ${id} "${name}" has failed`, [
    {
      what: "Ardent has nothing left to set up, so another setup would not fix it",
      current: describeConnectorProblem(problem),
      fix:
        "fix the reported cause, or ask Ardent, then run `pulumi up` again. As a last resort " +
        "`pulumi up --replace <URN of the Connector>` recreates the connector and copies all tables again",
    },
  ]);
}

/** Whether the service rejects something in the current state of the connector. */
function isRefusal(error: unknown): boolean {
  return error instanceof ArdentApiError && (error.status === 400 || error.status === 409);
}

function reasonOf({ error, status }: Operation): string {
  return printableValue(
    error ?? (status === "failed" ? "Ardent gave no reason" : `its status at Ardent is "${status}"`),
  );
}
