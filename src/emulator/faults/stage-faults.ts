import type { OperationType } from "../model/operation-row";
import { SourceError } from "../source/source";
import type { Faults } from "./faults";

/** An operation that starts a stage. */
export interface StageBegun {
  readonly type: OperationType;
  readonly stage: string;
  readonly isFirst: boolean;
  /** Aborted when the operation must stop. */
  readonly signal: AbortSignal;
  /** Shows the previous stage to clients, and then this one again; at most until the fault is removed. */
  goBack(lifted: Promise<void>): Promise<void>;
}

/**
 * Applies a fault to an operation at a stage, before the stage does any work.
 *
 * @throws {SourceError} with the error of a rule that makes the stage fail
 */
export async function hitStage(faults: Faults, begun: StageBegun): Promise<void> {
  const hit = faults.forStage(begun.type, begun.stage, begun.isFirst);
  if (hit === undefined) return;
  if (hit.fault.kind === "fail") throw new SourceError(hit.fault.error);
  const lifted = Promise.race([aborted(hit.lifted), aborted(begun.signal)]);
  if (hit.fault.kind === "backwards") await begun.goBack(lifted);
  else await lifted;
  begun.signal.throwIfAborted();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
