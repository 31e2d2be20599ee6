import type { BranchRequest } from "./branch";
import type { Connector } from "./connector";
import { refuse } from "./http/api-error";
import { identifier } from "./identifier";
import { Operation, type OperationType, type Progress } from "./operations";
import { explain } from "./source/session";

/** A project as the document describes it. */
export interface Project {
  readonly id: string;
  readonly org_id: string;
  readonly name: string;
  readonly created_at: string;
}

/** Everything the emulator knows, in memory: one organisation and what is in it. */
export class Store {
  readonly orgId = identifier("org");
  readonly projects = new Map<string, Project>();
  readonly connectors = new Map<string, Connector>();
  readonly operations = new Map<string, Operation>();
  /** By idempotency key. */
  readonly branchRequests = new Map<string, BranchRequest>();

  addProject(name: string): Project {
    const project = { id: identifier("prj"), org_id: this.orgId, name, created_at: new Date().toISOString() };
    this.projects.set(project.id, project);
    return project;
  }

  /** The one organisation there is; naming another one is refused. */
  requireMembership(orgId: string | null | undefined): void {
    if (orgId != null && orgId !== this.orgId) throw refuse(403, `You are not a member of ${orgId}`);
  }

  project(id: string): Project {
    return this.projects.get(id) ?? notFound("Project", id);
  }

  connector(id: string): Connector {
    return this.connectors.get(id) ?? notFound("Connector", id);
  }

  operation(id: string): Operation {
    return this.operations.get(id) ?? notFound("Operation", id);
  }

  /** Starts work on a connector; the caller has made sure that nothing else runs on it. */
  start(
    connector: Connector,
    type: OperationType,
    work: (progress: Progress) => Promise<Record<string, unknown>>,
  ): Operation {
    const operation = new Operation(type, this.orgId, connector.id, work, explain);
    this.operations.set(operation.id, operation);
    connector.operation = operation;
    return operation;
  }
}

function notFound(kind: string, id: string): never {
  throw refuse(404, `${kind} ${id} was not found`);
}
