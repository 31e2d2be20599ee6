import { setTimeout as sleep } from "node:timers/promises";
import { printableValue } from "../printable-text";
import type { ArdentClient } from "./client";
import { ArdentApiError } from "./errors";
import { LONGEST_WAIT_SECONDS } from "./operations";
import type { Operation } from "./schemas";

/** The result of waiting for an operation. */
export type OperationEnd =
  /** The service finished it. */
  | { readonly outcome: "completed"; readonly operation: Operation }
  /** The service gave up; `operation.error` says why. */
  | { readonly outcome: "failed"; readonly operation: Operation }
  /** It has ended with a status that this version does not know: it is unknown whether it succeeded. */
  | { readonly outcome: "unrecognized"; readonly operation: Operation }
  /** Still running when the time was up. Undefined if the service never reported it. */
  | { readonly outcome: "timed-out"; readonly operation: Operation | undefined };

export interface WaitOptions {
  /** In milliseconds; 0 polls once. */
  readonly timeoutMs: number;
  /** Called with the first state and whenever status, stage or progress differ from the last. */
  readonly onProgress?: (operation: Operation) => void;
  readonly signal?: AbortSignal;
  /** The minimum time between two polls, if the service responds at once; default 1 s. */
  readonly pollMs?: number;
  /** How long the service may be unreachable before waiting ends; default 300 times `pollMs`: 5 minutes. */
  readonly outageMs?: number;
}

/**
 * Waits for the end of an operation by long polling. The service delays its response only for the end, not for a new
 * stage. So at first it is polled every second, to show the progress of short work, and later every ten seconds.
 *
 * @throws ArdentApiError when the service does not know the operation, rejects the token, or cannot be reached
 *   for longer than `outageMs`. The operation continues in all of these cases.
 */
export async function waitForOperation(
  client: ArdentClient,
  handle: { readonly operation_id: string },
  options: WaitOptions,
): Promise<OperationEnd> {
  const { timeoutMs, onProgress, signal, pollMs = 1000, outageMs = 300 * pollMs } = options;
  const start = Date.now();
  const end = start + timeoutMs;
  let lastAnswer = start;
  let last: Operation | undefined;
  for (;;) {
    const asked = Date.now();
    try {
      const waitSeconds = patience(asked - start, end - asked);
      const operation = await client.operations.get(handle.operation_id, waitSeconds, signal);
      lastAnswer = Date.now();
      if (last === undefined || differs(last, operation)) onProgress?.(operation);
      last = operation;
      if (operation.status === "completed" || operation.status === "failed") {
        return { outcome: operation.status, operation };
      }
      if (!isUnderWay(operation) && operation.completed_at != null) {
        return { outcome: "unrecognized", operation };
      }
    } catch (error) {
      const passing = error instanceof ArdentApiError && error.transient;
      if (!passing || Date.now() - lastAnswer >= outageMs) throw error;
    }
    if (Date.now() >= end) return { outcome: "timed-out", operation: last };
    const pause = Math.min(pollMs - (Date.now() - asked), end - Date.now());
    if (pause > 0) await sleep(pause, undefined, signal === undefined ? {} : { signal });
  }
}

/** How long the service may delay its response, in seconds: a tenth of the time waited, and at most the time left. */
function patience(waitedMs: number, leftMs: number): number {
  const wanted = Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Math.floor(waitedMs / 10_000)));
  return Math.max(0, Math.min(wanted, Math.floor(leftMs / 1000)));
}

function isUnderWay({ status }: Operation): boolean {
  return status === "pending" || status === "running";
}

function differs(one: Operation, other: Operation): boolean {
  return (
    one.status !== other.status ||
    one.stage !== other.stage ||
    one.stage_label !== other.stage_label ||
    one.progress !== other.progress
  );
}

/** An operation's state as one line: `copying tables (42 %)`. */
export function describeOperation(operation: Operation): string {
  const stage = printableValue(operation.stage_label ?? operation.stage ?? operation.status);
  return operation.progress == null ? stage : `${stage} (${operation.progress} %)`;
}
