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
  /** Holds a password. */
  readonly url: string;
  readonly createdAt?: string;
}

/** What {@link ensureBranch} is given beside what is wanted. */
export interface EnsureBranchOptions {
  /** A creation of an earlier run, which is waited for instead of asked for again. */
  readonly resume: PendingBranch | undefined;
  readonly print: (line: string) => void;
  /** Told what is running at the service, and undefined when it came to nothing; must not be lost when this fails. */
  readonly record: (pending: PendingBranch | undefined) => void;
  /** Least time between two questions, in milliseconds; default 1 s. */
  readonly pollMs?: number;
}

const LONGEST_CONFLICT_PAUSE_MS = 15_000;

/** Creations that failed or were removed since, one after the other, before it is taken for a service gone wrong. */
const MOST_ROUNDS = 100;

/**
 * Sees to it that there is exactly one branch of this resource, and waits until it can be connected to. What makes it
 * one is the idempotency key: whatever was lost of an earlier run, asking again finds what that one began.
 *
 * @throws UserError when the name is taken, or the creation failed or outlasted `timeout`
 * @throws ArdentApiError for what the service refuses
 */
export async function ensureBranch(
  client: ArdentClient,
  wanted: BranchInputs,
  options: EnsureBranchOptions,
): Promise<ReadyBranch> {
  const run = new Run(client, wanted, options);
  return (options.resume && (await run.resume(options.resume))) ?? (await run.make());
}

/** What the list of a connector's branches says of one. */
export interface BranchLook {
  readonly row: Branch | undefined;
  /** Whether it is not there for certain: a full list may have left it out. */
  readonly gone: boolean;
}

/**
 * Looks for a branch; an id, once it is known, says more than a name.
 *
 * @throws ArdentApiError when the list cannot be had
 */
export async function lookForBranch(
  client: ArdentClient,
  { connectorId, id, name }: { connectorId: string; id?: string | null | undefined; name: string },
): Promise<BranchLook> {
  const rows = await client.branches.list(connectorId);
  const row = rows.find((one) => (id == null ? one.name === name : one.id === id));
  return { row, gone: row === undefined && rows.length < LONGEST_BRANCH_LIST };
}

/** One run, within its time. */
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

  /** Asks for the branch until it is taken on: while a request of the same key is in flight, that is waited out. */
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
        // One that was ready before this question was asked is not what a 409 says to be in flight.
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
   * Waits for a creation, and finds what it made.
   *
   * @param earlier - whether it is of an earlier run
   * @returns undefined when the earlier one came to nothing, or what it made is gone: then another one is due
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

  /** @returns undefined when an earlier operation is not known any more: then the list alone can tell what it made */
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

/** Reads a branch that can be connected to; the row knows better than the operation, which tells of the past. */
function readyBranch(
  row: Partial<Pick<Branch, "branch_url" | "created_at">> & { readonly id?: string | null | undefined },
  operation?: Operation,
): ReadyBranch | undefined {
  const url = row.branch_url ?? operation?.result?.branch_url;
  const createdAt = row.created_at ?? operation?.created_at;
  if (row.id == null || typeof url !== "string" || url === "") return undefined;
  return { branchId: row.id, url, ...(createdAt == null ? {} : { createdAt }) };
}
