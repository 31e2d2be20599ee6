import { identifier } from "./identifier";

/** The operation types of the document that the emulator runs. */
export type OperationType =
  | "connector_discovery"
  | "connector_engine_setup"
  | "connector_delete"
  | "branch_create";

type OperationStatus = "pending" | "running" | "completed" | "failed";

/** A step of an operation, in the order of the work. */
export interface Stage {
  /** Raw token, such as `snapshot`. */
  readonly stage: string;
  /** The same for people. */
  readonly label: string;
  /** Percentage of the whole operation done when it begins, 0 to 100. */
  readonly progress: number;
}

/** What a job may say and ask while it works. */
export interface Progress {
  enter(stage: Stage): void;
  /** @param progress - percentage of the whole operation, 0 to 100 */
  advance(progress: number, detail?: Record<string, unknown>): void;
  /** Aborted when the connector is being deleted. */
  readonly signal: AbortSignal;
}

/** A piece of work that runs on after its request was answered. */
export class Operation {
  readonly id = identifier("op");
  private status: OperationStatus = "pending";
  private readonly createdAt = now();
  private updatedAt = this.createdAt;
  private startedAt: string | null = null;
  private completedAt: string | null = null;
  private progress: number | null = null;
  private current: Stage | null = null;
  private error: string | null = null;
  private result: Record<string, unknown> | null = null;
  private readonly stages: Record<string, unknown>[] = [];
  private detail: Record<string, unknown> = {};
  private readonly abortion = new AbortController();
  /** Resolves, never rejects, when the operation is completed or failed. */
  readonly settled: Promise<void>;

  /**
   * @param work - does the work; what it returns becomes `result`
   * @param explain - turns what the work throws into the text of `error`; must not let a secret through
   */
  constructor(
    readonly type: OperationType,
    private readonly orgId: string,
    private readonly resourceId: string,
    work: (progress: Progress) => Promise<Record<string, unknown>>,
    explain: (error: unknown) => string,
  ) {
    this.settled = this.run(work, explain);
  }

  get isSettled(): boolean {
    return this.status === "completed" || this.status === "failed";
  }

  get hasFailed(): boolean {
    return this.status === "failed";
  }

  /** Asks the work to stop at its next step. */
  abort(): void {
    this.abortion.abort(new Error("stopped, because the connector is being deleted"));
  }

  /** OperationHandle of the document. */
  handle(): Record<string, unknown> {
    return { operation_id: this.id, resource_id: this.resourceId, status: this.status, type: this.type };
  }

  /** AsyncOperationResponse of the document. */
  describe(): Record<string, unknown> {
    return {
      id: this.id,
      org_id: this.orgId,
      type: this.type,
      resource_id: this.resourceId,
      status: this.status,
      progress: this.progress,
      stage: this.current?.stage ?? null,
      stage_label: this.current?.label ?? null,
      error: this.error,
      result: this.result,
      setup_status:
        this.type === "connector_engine_setup" ? { stages: [...this.stages], ...this.detail } : null,
      created_at: this.createdAt,
      started_at: this.startedAt,
      completed_at: this.completedAt,
      updated_at: this.updatedAt,
    };
  }

  private async run(
    work: (progress: Progress) => Promise<Record<string, unknown>>,
    explain: (error: unknown) => string,
  ): Promise<void> {
    // The request that starts the work is answered first, with a pending operation.
    await new Promise(setImmediate);
    this.status = "running";
    this.startedAt = this.touch();
    try {
      this.result = await work({
        enter: (stage) => this.enter(stage),
        advance: (progress, detail) => {
          this.progress = Math.round(progress);
          if (detail !== undefined) this.detail = { ...this.detail, ...detail };
          this.touch();
        },
        signal: this.abortion.signal,
      });
      this.progress = 100;
      this.status = "completed";
    } catch (error) {
      this.error = explain(error);
      this.status = "failed";
    }
    this.completedAt = this.touch();
  }

  private enter(stage: Stage): void {
    this.abortion.signal.throwIfAborted();
    this.current = stage;
    this.progress = stage.progress;
    this.stages.push({
      stage: stage.stage,
      stage_label: stage.label,
      progress: stage.progress,
      started_at: this.touch(),
    });
  }

  private touch(): string {
    this.updatedAt = now();
    return this.updatedAt;
  }
}

function now(): string {
  return new Date().toISOString();
}
