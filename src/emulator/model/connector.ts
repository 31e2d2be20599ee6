import type { ArtifactKind } from "../source/artifacts";
import type { Change } from "../source/changes";
import type { DiscoveredTable } from "../source/discovery";
import type { Source } from "../source/source";
import type { Stream } from "../source/streaming";
import type { Branch } from "./branch";
import { ChangeLog } from "./change-log";
import { identifier } from "./identifier";
import type { Operation } from "./operations";
import type { Quarantine } from "./quarantine";
import { type Decisions, identityReport, isFollowed } from "./selection";

/** A connector in memory. */
export class Connector {
  /** The lock on its deletion, and why. */
  lock: { readonly reason: string | null } | undefined;
  /** The result of the last discovery. */
  tables: readonly DiscoveredTable[] | undefined;
  selection: readonly string[] | undefined;
  decisions: Decisions = {};
  /** The last operation, running or settled. */
  operation: Operation | undefined;
  /** The connector's objects on the source. */
  readonly made = new Set<ArtifactKind>();
  /** What is currently being created there: after a kill it is unknown whether it exists. */
  making: ArtifactKind | undefined;
  /** Rows read at engine setup, by table path. */
  readonly snapshot = new Map<string, number>();
  stream: Stream | undefined;
  /** Resolves when no action on the stream is running. */
  streamTurn: Promise<void> = Promise.resolve();
  /** Why the stream is broken, while it is. */
  streamError: string | undefined;
  /** Why the engine has failed, on request of the control API. */
  failure: string | undefined;
  quarantines: readonly Quarantine[] = [];
  readonly branches = new Map<string, Branch>();
  /** Settles when no branch is being copied: copies of one source are made one after the other. */
  copying: Promise<unknown> = Promise.resolve();

  constructor(
    readonly orgId: string,
    public projectId: string,
    public name: string,
    public source: Source,
    public dropExtensions: readonly string[],
    readonly id = identifier("con"),
    readonly createdAt = new Date().toISOString(),
    readonly changes = new ChangeLog(),
  ) {}

  /** The running operation. */
  get running(): Operation | undefined {
    return this.operation?.isSettled === false ? this.operation : undefined;
  }

  /** Whether its stream is stopped on purpose: the slot stays, and retains all changes. */
  get isPaused(): boolean {
    return this.failure !== undefined || this.activeQuarantines.length > 0;
  }

  get activeQuarantines(): readonly Quarantine[] {
    return this.quarantines.filter((quarantine) => quarantine.status === "quarantined");
  }

  follows(path: string): boolean {
    return isFollowed(path, this.selection, this.decisions);
  }

  /** Takes the changes of one transaction of the source. */
  receive(changes: readonly Change[]): void {
    this.changes.append(changes.filter((change) => change.table === null || this.follows(change.table)));
  }

  /** ConnectorRow of the document, without anything about the source. */
  describe(): Record<string, unknown> {
    return {
      id: this.id,
      org_id: this.orgId,
      project_id: this.projectId,
      name: this.name,
      service_name: "postgresql",
      status: this.status(),
      created_at: this.createdAt,
      can_update: true,
      can_delete: this.lock === undefined,
      deletion_locked: this.lock !== undefined,
      deletion_lock_reason: this.lock?.reason ?? null,
      drop_extensions: this.dropExtensions,
      selected_paths: this.selection ?? null,
      replica_identity_preflight:
        this.tables === undefined
          ? null
          : identityReport(this.tables, this.selection ?? ["*"], this.decisions),
      replication_error: this.failure ?? this.streamError ?? null,
    };
  }

  private status(): string {
    switch (this.running?.type) {
      case "connector_discovery":
        return "discovering";
      case "connector_engine_setup":
        return "setting_up";
      case "connector_delete":
        return "deleting";
    }
    if (this.operation?.hasFailed && this.operation.type === "connector_delete") return "delete_failed";
    if (this.failure !== undefined) return "failed";
    if (this.activeQuarantines.length > 0) return "quarantined";
    if (this.operation?.hasFailed && this.operation.type === "connector_engine_setup") return "setup_failed";
    if (this.stream !== undefined) return this.streamError === undefined ? "active" : "degraded";
    if (this.selection !== undefined) return "selected";
    return this.tables === undefined ? "created" : "discovered";
  }
}
