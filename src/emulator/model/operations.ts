import type { StageBegun } from "../faults/stage-faults";
import { identifier } from "./identifier";
import { ObservedOnce } from "./observed-once";
import type { OperationRow, OperationType } from "./operation-row";

/** A step of an operation, in the order of the work. */
export interface Stage {
  /** Raw token, such as `snapshot`. */
  readonly stage: string;
  /** The same as readable text. */
  readonly label: string;
  /** Percentage of the whole operation done when it begins, 0 to 100. */
  readonly progress: number;
}

/** The interface of a running job. */
export interface Progress {
  /** To be awaited before anything of the stage is done: a fault may hold it up here, or let it fail. */
  enter(stage: Stage): Promise<void>;
  /** @param progress - percentage of the whole operation, 0 to 100 */
  advance(progress: number, detail?: Record<string, unknown>): void;
  /** Aborted with the reason when the work must stop. */
  readonly signal: AbortSignal;
}

/** A job: what it returns becomes `result`. */
export type Work = (progress: Progress) => Promise<Record<string, unknown>>;

/** The context of an operation. */
export interface OperationHooks {
  /** Converts an error of the work to the text of `error`; it must not contain secrets. */
  explain(error: unknown): string;
  /** Called after every change. */
  changed(): void;
  /** Called before a stage does any work; throws to make it fail. */
  stageBegun(begun: StageBegun): Promise<void>;
}

/** Work that continues after its request was answered. */
export class Operation {
  private readonly abortion = new AbortController();
  private readonly showing = new ObservedOnce();
  private hasEntered = false;
  /** Resolves, never rejects, when the operation is completed or failed. */
  readonly settled: Promise<void>;

  private constructor(
    /** How it is kept; `describe` for who asks. */
    readonly row: OperationRow,
    work?: Work,
    private readonly around?: OperationHooks,
  ) {
    this.settled = work === undefined ? Promise.resolve() : this.run(work);
  }

  /** Starts the work once its request is answered. */
  static begin(
    type: OperationType,
    orgId: string,
    resourceId: string,
    work: Work,
    around: OperationHooks,
  ): Operation {
    const at = now();
    const row: OperationRow = {
      id: identifier("op"),
      org_id: orgId,
      type,
      resource_id: resourceId,
      status: "pending",
      progress: null,
      stage: null,
      stage_label: null,
      error: null,
      result: null,
      setup_status: type === "connector_engine_setup" ? { stages: [] } : null,
      created_at: at,
      started_at: null,
      completed_at: null,
      updated_at: at,
    };
    return new Operation(row, work, around);
  }

  /**
   * An operation of an earlier emulator. Work that had not ended is marked as failed, never repeated: the client may no
   * longer want it, or can request it again.
   */
  static restore(row: OperationRow): Operation {
    if (row.status === "completed" || row.status === "failed") return new Operation(row);
    const at = now();
    const error = "The emulator was killed while this was running; request it again";
    return new Operation({ ...row, status: "failed", error, completed_at: at, updated_at: at });
  }

  get id(): string {
    return this.row.id;
  }

  get type(): OperationType {
    return this.row.type;
  }

  get isSettled(): boolean {
    return this.row.status === "completed" || this.row.status === "failed";
  }

  get hasFailed(): boolean {
    return this.row.status === "failed";
  }

  /** Resolves when it is settled, or shows what must not be missed. */
  get news(): Promise<void> {
    return Promise.race([this.settled, this.showing.begun]);
  }

  /** Makes the work stop at its next step. */
  abort(reason: string): void {
    this.abortion.abort(new Error(`stopped, because ${reason}`));
  }

  /** OperationHandle of the document. */
  handle(): Record<string, unknown> {
    const { id, resource_id, status, type } = this.row;
    return { operation_id: id, resource_id, status, type };
  }

  /** AsyncOperationResponse of the document. */
  describe(): OperationRow {
    this.showing.seen();
    return { ...this.row };
  }

  private async run(work: Work): Promise<void> {
    // The request that starts the work is answered first, with a pending operation.
    await new Promise(setImmediate);
    this.change({ status: "running", started_at: now() });
    let end: Partial<OperationRow>;
    try {
      const result = await work({
        enter: (stage) => this.enter(stage),
        advance: (progress, detail) => {
          const { setup_status } = this.row;
          // Not told as a change: a setup has thousands of tables, and the next change tells it as well.
          Object.assign(this.row, {
            progress: Math.round(progress),
            setup_status: setup_status === null ? null : { ...setup_status, ...detail },
            updated_at: now(),
          });
        },
        signal: this.abortion.signal,
      });
      end = { result, progress: 100, status: "completed" };
    } catch (error) {
      end = { error: this.around?.explain(error) ?? String(error), status: "failed" };
    }
    this.change({ ...end, completed_at: now() });
  }

  private async enter({ stage, label, progress }: Stage): Promise<void> {
    this.abortion.signal.throwIfAborted();
    const { stage: formerStage, stage_label, progress: formerProgress } = this.row;
    const isFirst = !this.hasEntered;
    this.hasEntered = true;
    const here = { stage, stage_label: label, progress };
    this.change(here);
    if (this.row.setup_status !== null) {
      const stages = this.row.setup_status.stages as unknown[];
      this.change({
        setup_status: { ...this.row.setup_status, stages: [...stages, { ...here, started_at: now() }] },
      });
    }
    await this.around?.stageBegun({
      type: this.type,
      stage,
      isFirst,
      signal: this.abortion.signal,
      goBack: async (lifted) => {
        await this.showing.until(lifted);
        this.change({ stage: formerStage, stage_label, progress: formerProgress ?? 0 });
        await this.showing.until(lifted);
        this.change(here);
      },
    });
  }

  private change(values: Partial<OperationRow>): void {
    Object.assign(this.row, values, { updated_at: now() });
    this.around?.changed();
  }
}

function now(): string {
  return new Date().toISOString();
}
