import { printError } from "../../output";
import { Faults } from "../faults/faults";
import { hitStage } from "../faults/stage-faults";
import { refuse } from "../http/api-error";
import { invalid } from "../http/validation";
import { explain } from "../source/session";
import type { BranchRequest } from "./branch";
import type { Connector } from "./connector";
import { identifier } from "./identifier";
import type { OperationType } from "./operation-row";
import { Operation, type Work } from "./operations";

/** A project as the document describes it. */
export interface Project {
  readonly id: string;
  readonly org_id: string;
  readonly name: string;
  readonly created_at: string;
}

/** Everything the emulator knows: one organization and what is in it. */
export class Store {
  readonly projects = new Map<string, Project>();
  readonly connectors = new Map<string, Connector>();
  readonly operations = new Map<string, Operation>();
  readonly faults = new Faults();
  /** How often an emulator was started with this state, including this time. */
  starts = 1;
  /** Saves all state so that it survives a kill; does nothing without a state file. */
  save: () => void = () => {};

  constructor(
    readonly token: string,
    readonly orgId = identifier("org"),
  ) {}

  /** Keeps how often the rules were hit, where there are rules. */
  saveFaults(): void {
    if (this.faults.list().length > 0) this.save();
  }

  /** For work without a waiting client: the next request gets the error that the state cannot be saved. */
  private saveOrSay(): void {
    try {
      this.save();
    } catch (error) {
      printError(error instanceof Error ? error.message : String(error));
    }
  }
  /** By idempotency key. */
  readonly branchRequests = new Map<string, BranchRequest>();

  addProject(name: string): Project {
    const project = { id: identifier("prj"), org_id: this.orgId, name, created_at: new Date().toISOString() };
    this.projects.set(project.id, project);
    return project;
  }

  /** The only organization; another one is rejected. */
  requireMembership(orgId: string | null | undefined, place: "body" | "query"): void {
    if (orgId == null || orgId === this.orgId) return;
    // The document has no 403 for these.
    throw invalid([
      { loc: [place, "org_id"], msg: `You are not a member of ${orgId}`, type: "not_a_member" },
    ]);
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

  /** Starts work on a connector; the caller has verified that no other work is running. */
  start(connector: Connector, type: OperationType, work: Work): Operation {
    connector.operation = this.begin(type, connector.id, work);
    return connector.operation;
  }

  /** Starts any work; faults apply to it, and its result is saved. */
  begin(type: OperationType, resourceId: string, work: Work): Operation {
    const operation = Operation.begin(type, this.orgId, resourceId, work, {
      explain,
      changed: () => this.saveOrSay(),
      stageBegun: (begun) => {
        const held = hitStage(this.faults, begun);
        this.saveOrSay();
        return held;
      },
    });
    this.operations.set(operation.id, operation);
    return operation;
  }
}

function notFound(kind: string, id: string): never {
  throw refuse(404, `${kind} ${id} was not found`);
}
