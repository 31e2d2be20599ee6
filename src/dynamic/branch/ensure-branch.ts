import { setTimeout as sleep } from "node:timers/promises";
import type { BranchCreation } from "../../ardent/branches";
import type { ArdentClient } from "../../ardent/client";
import { ArdentApiError } from "../../ardent/errors";
import { type Branch, LONGEST_BRANCH_LIST, type Operation } from "../../ardent/schemas";
import { type OperationEnd, waitForOperation } from "../../ardent/wait-for-operation";
import { operationProgress } from "../runtime/operation-progress";
import {
  creationFailed,
  existsAlready,
  nothingButFailures,
  notInTime,
  notReady,
  noUrl,
  reasonOf,
  stillInFlight,
} from "./branch-errors";
import { type BranchInputs, idempotencyKey, type PendingBranch } from "./branch-inputs";

/** A branch that can be connected to. */
export interface ReadyBranch {
  readonly branchId: string;
  /** Contains a password. */
  readonly url: string;
  readonly createdAt?: string;
}

/** Further inputs of {@link ensureBranch}. */
export interface EnsureBranchOptions {
  /** A creation of an earlier run, for which to wait instead of requesting it again. */
  readonly resume: PendingBranch | undefined;
  readonly print: (line: string) => void;
  /** Called with the running operation, and with undefined if it failed; record it even if this function fails. */
  readonly record: (pending: PendingBranch | undefined) => void;
  /** The minimum time between two polls, in milliseconds; default 1 s. */
  readonly pollMs?: number;
}

const LONGEST_CONFLICT_PAUSE_MS = 15_000;

/** How many failed or removed creations in a row are accepted before this counts as an error of the service. */
const MOST_ROUNDS = 100;

/**
 * Ensures that this resource has exactly one branch, and waits until it accepts connections. The idempotency key ensures
 * this: a repeated request finds the branch of an interrupted run.
 *
 * @throws UserError if the name is taken, or the creation failed or took longer than `timeout`
 * @throws ArdentApiError for errors of the service
 */
export async function ensureBranch(
  client: ArdentClient,
  wanted: BranchInputs,
  options: EnsureBranchOptions,
): Promise<ReadyBranch> {
  const run = new Run(client, wanted, options);
  return (options.resume && (await run.resume(options.resume))) ?? (await run.make());
}

/** A branch according to the list of the connector's branches. */
export interface BranchLook {
  readonly row: Branch | undefined;
  /** Whether it certainly does not exist: a list of maximum length may be incomplete. */
  readonly gone: boolean;
}

/**
 * Finds a branch, by its id if that is known, otherwise by its name.
 *
 * @throws ArdentApiError if the list cannot be read
 */
export async function lookForBranch(
  client: ArdentClient,
  { connectorId, id, name }: { connectorId: string; id?: string | null | undefined; name: string },
): Promise<BranchLook> {
  const rows = await client.branches.list(connectorId);
  const row = rows.find((one) => (id == null ? one.name === name : one.id === id));
  return { row, gone: row === undefined && rows.length < LONGEST_BRANCH_LIST };
}

/** One run, with its time limit. */
class Run {
  private readonly end: number;

  constructor(
    private readonly client: ArdentClient,
    private readonly wanted: BranchInputs,
    private readonly options: EnsureBranchOptions,
  ) {
    this.end = Date.now() + wanted.timeout * 1000;
  }

  resume({ operationId }: PendingBranch): Promise<ReadyBranch | undefined> {
    this.options.print(
      `Ardent: still waiting for branch "${this.wanted.name}", requested by an earlier run (${operationId})`,
    );
    return this.follow({ operation_id: operationId }, true);
  }

  async make(): Promise<ReadyBranch> {
    const { name } = this.wanted;
    const { print } = this.options;
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      const answer = await this.ask(idempotencyKey(this.wanted, round));
      if ("branch" in answer) return answer.branch;
      const branch = await this.follow(answer.handle, answer.replayed);
      if (branch === undefined) continue;
      if (answer.replayed) {
        print(
          `Ardent: branch "${name}" was requested by an earlier run; this is that branch, with its current data`,
        );
      }
      return branch;
    }
    throw nothingButFailures(name, MOST_ROUNDS);
  }

  /** Requests the branch until the service accepts it: while another request with the same key is running, it waits. */
  private async ask(key: string): Promise<BranchCreation | { readonly branch: ReadyBranch }> {
    const { connectorId, name, adopt } = this.wanted;
    const { print } = this.options;
    let seen: Branch | undefined;
    for (let pause = this.pause; ; pause = Math.min(2 * pause, LONGEST_CONFLICT_PAUSE_MS)) {
      try {
        return await this.client.branches.create({ connector_id: connectorId, name }, key);
      } catch (error) {
        if (!(error instanceof ArdentApiError)) throw error;
        if (error.status === 422) throw notReady(connectorId, error);
        const refused = error.status === 400;
        if (!refused && error.code !== "conflict") throw error;
        const { row } = await lookForBranch(this.client, { connectorId, name });
        if (refused && row === undefined) throw error;
        const branch = row && readyBranch(row);
        if (adopt && row && branch) {
          print(`Ardent: adopting existing branch ${row.id} "${name}"`);
          return { branch };
        }
        // A branch that was ready before this request is not the one that is being created according to the 409.
        if (!adopt && row && (refused || seen?.branch_url)) throw existsAlready(this.wanted, row);
        if (Date.now() + pause > this.end) throw stillInFlight(this.wanted, error);
        if (pause === this.pause) {
          print(
            `Ardent: branch "${name}" is already being created; waiting${error.detail ? `: ${error.detail}` : ""}`,
          );
        }
        seen = row;
        await sleep(pause);
      }
    }
  }

  /**
   * Waits for a creation, and finds its branch.
   *
   * @param earlier - whether it is of an earlier run
   * @returns undefined if the earlier one failed, or its branch no longer exists: then a new one has to be requested
   */
  private async follow(
    handle: { readonly operation_id: string; readonly resource_id?: string | null | undefined },
    earlier: boolean,
  ): Promise<ReadyBranch | undefined> {
    const { print, record } = this.options;
    const { connectorId, name } = this.wanted;
    const operationId = handle.operation_id;
    record({ operationId });
    const end = await this.wait(operationId, earlier);
    if (end?.outcome === "timed-out") throw notInTime(this.wanted, operationId, end.operation);
    const operation = end?.operation;
    if (end?.outcome === "failed") {
      record(undefined);
      if (!earlier) throw creationFailed(name, operationId, end.operation);
      print(
        `Ardent: the earlier creation of branch "${name}" failed (${reasonOf(end.operation)}); requesting it again`,
      );
      return undefined;
    }
    const id = operation?.resource_id ?? handle.resource_id;
    const { row, gone } = await lookForBranch(this.client, { connectorId, id, name });
    if (gone && earlier) {
      record(undefined);
      print(`Ardent: branch "${name}" of an earlier run no longer exists; requesting a new one`);
      return undefined;
    }
    const branch = readyBranch({ ...row, id: row?.id ?? id }, operation);
    if (branch === undefined) throw noUrl(name, operationId, row?.status ?? operation?.status);
    return branch;
  }

  /** @returns undefined if an earlier operation is no longer known: then only the list shows its branch */
  private async wait(operationId: string, earlier: boolean): Promise<OperationEnd | undefined> {
    const { print, pollMs } = this.options;
    const line = operationProgress(`branch "${this.wanted.name}"`);
    try {
      return await waitForOperation(
        this.client,
        { operation_id: operationId },
        {
          timeoutMs: Math.max(0, this.end - Date.now()),
          onProgress: (operation) => print(line(operation)),
          ...(pollMs === undefined ? {} : { pollMs }),
        },
      );
    } catch (error) {
      if (earlier && error instanceof ArdentApiError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  private get pause(): number {
    return this.options.pollMs ?? 1_000;
  }
}

/** Reads a branch that accepts connections; its row is newer than the operation. */
function readyBranch(
  row: Partial<Pick<Branch, "branch_url" | "created_at">> & { readonly id?: string | null | undefined },
  operation?: Operation,
): ReadyBranch | undefined {
  const url = row.branch_url ?? operation?.result?.branch_url;
  const createdAt = row.created_at ?? operation?.created_at;
  if (row.id == null || typeof url !== "string" || url === "") return undefined;
  return { branchId: row.id, url, ...(createdAt == null ? {} : { createdAt }) };
}
