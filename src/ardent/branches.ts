import { type Api, path } from "./api";
import { type Branch, branchListSchema, type OperationHandle, operationHandleSchema } from "./schemas";

/** The service type of a branch, which differs from the connector's. */
export const BRANCH_SERVICE_TYPE = "postgres";

/** A creation of a branch that the service has accepted. */
export interface BranchCreation {
  readonly handle: OperationHandle;
  /** Whether the key had been used before: then this is the earlier creation, even if it failed. */
  readonly replayed: boolean;
}

/** /branches: writable copies of a replica. */
export class Branches {
  constructor(private readonly api: Api) {}

  /**
   * Starts the creation of a branch, or finds the one that was started with this key; repeated like a GET, because
   * the key makes that safe. A 409 is thrown at once, because waiting for it takes longer than a retry may.
   *
   * @param idempotencyKey - unique to this creation
   */
  async create(
    branch: { readonly connector_id: string; readonly name: string },
    idempotencyKey: string,
  ): Promise<BranchCreation> {
    const request = {
      ...this.api.request(`create the branch "${branch.name}"`, "POST", "/branch/create"),
      headers: { "x-idempotency-key": idempotencyKey },
      body: { ...branch, service_type: BRANCH_SERVICE_TYPE },
    };
    const reply = await this.api.repeat(request);
    return {
      handle: this.api.parse(request, reply, operationHandleSchema),
      replayed: reply.headers.get("x-idempotency-replay") === "true",
    };
  }

  /** The branches of a connector, up to {@link LONGEST_BRANCH_LIST}: the API cannot list more. */
  list(connectorId: string): Promise<Branch[]> {
    const request = this.api.request(
      `list the branches of the connector ${connectorId}`,
      "GET",
      path`/branches/${connectorId}`,
    );
    return this.api.ask(request, branchListSchema);
  }
}
