import { z } from "zod";
import { identifier } from "./identifier";
import type { Operation } from "./operations";

/** A branch as it is stored. */
export const branchRecord = z.object({
  id: z.string(),
  createdAt: z.string(),
  name: z.string(),
  url: z.string().optional(),
  readyAt: z.string().optional(),
  operation: z.string().optional(),
});
type BranchRecord = z.output<typeof branchRecord>;

/** The request with an idempotency key. */
export interface BranchRequest {
  readonly connectorId: string;
  readonly name: string;
  /** Undefined while the request is being looked at. */
  operation: Operation | undefined;
}

/** A branch in memory: a copy of the source, as a separate database on the same server. */
export class Branch {
  /** Its creation; undefined while the request is being looked at. */
  operation: Operation | undefined;
  /** The connection URL, once it works. Contains the password. */
  private url: string | undefined;
  private readyAt: string | undefined;

  constructor(
    readonly connectorId: string,
    readonly name: string,
    readonly id = identifier("br"),
    readonly createdAt = new Date().toISOString(),
  ) {}

  /** The stored branch, with its creation. */
  static restore(connectorId: string, record: BranchRecord, operation: Operation | undefined): Branch {
    const branch = new Branch(connectorId, record.name, record.id, record.createdAt);
    branch.operation = operation;
    branch.url = record.url;
    branch.readyAt = record.readyAt;
    return branch;
  }

  /** The copy's name on the server. */
  get database(): string {
    return `ardent_${this.id}`;
  }

  open(url: string): void {
    this.url = url;
    this.readyAt = new Date().toISOString();
  }

  /** Its stored form, with the password in its URL. */
  get record(): BranchRecord {
    const { id, createdAt, name, url, readyAt } = this;
    return { id, createdAt, name, url, readyAt, operation: this.operation?.id };
  }

  get isOpen(): boolean {
    return this.url !== undefined;
  }

  /** BranchRow of the document. */
  describe(): Record<string, unknown> {
    const readyAt = this.readyAt ?? null;
    return {
      id: this.id,
      name: this.name,
      connector_id: this.connectorId,
      service_type: "postgres",
      status: this.isOpen ? "ready" : "creating",
      created_at: this.createdAt,
      branch_url: this.url ?? null,
      pooled_branch_url: null,
      pooled_branch_prisma_url: null,
      read_ready_at: readyAt,
      write_ready_at: readyAt,
      masked_ready_at: null,
      last_branch_activity: null,
    };
  }
}
