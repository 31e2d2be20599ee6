import { type Api, LOOKS_AT_SOURCE_MS, path } from "./api";
import { readPreflightReport, type ServicePreflight } from "./preflight-report";
import {
  type Connector,
  connectorEnvelopeSchema,
  connectorListSchema,
  connectorSchema,
  type OperationHandle,
  operationHandleSchema,
  preflightReplySchema,
} from "./schemas";
import { secretsOf } from "./secrets";

/** The only service type that Ardent currently accepts. */
export const SERVICE_NAME = "postgresql";

/** The fields of POST and PUT of a connector, except ids. */
export interface ConnectorChanges {
  readonly name?: string;
  readonly project_id?: string;
  readonly connection_details?: Readonly<Record<string, unknown>>;
  /** Extensions that branches do not need; an empty list removes an earlier one. */
  readonly drop_extensions?: readonly string[];
}

/** The fields from which a connector is created. */
export type NewConnector = ConnectorChanges &
  Required<Pick<ConnectorChanges, "name" | "project_id" | "connection_details">> & {
    readonly org_id?: string;
  };

/** /connectors: a source that Ardent replicates. */
export class Connectors {
  constructor(private readonly api: Api) {}

  /** Every connector of the organization that the token can access. */
  async list(orgId: string): Promise<Connector[]> {
    const request = {
      ...this.api.request(`list the connectors of organization ${orgId}`, "GET", "/connectors"),
      query: { org_id: orgId },
    };
    return (await this.api.ask(request, connectorListSchema)).connectors;
  }

  get(id: string): Promise<Connector> {
    return this.api.ask(
      this.api.request(`read the connector ${id}`, "GET", connectorPath(id)),
      connectorSchema,
    );
  }

  /**
   * Runs Ardent's own preflight of a source, which stores nothing. A failed preflight is a report, not an error.
   *
   * @param schemas - those that the report's grant script is written for
   */
  async preflight(
    details: Readonly<Record<string, unknown>>,
    schemas?: readonly string[],
  ): Promise<ServicePreflight> {
    const request = {
      ...this.api.request("run Ardent's preflight", "POST", "/connectors/preflight", LOOKS_AT_SOURCE_MS),
      body: {
        service_name: SERVICE_NAME,
        connection_details: details,
        ...(schemas === undefined ? {} : { selected_schemas: schemas }),
      },
      secrets: secretsOf(details),
    };
    const report = await this.api.ask(request, preflightReplySchema);
    return readPreflightReport(report, [this.api.token, ...request.secrets]);
  }

  /**
   * Creates a connector. The request is sent only once, because the API has no idempotency key and would create a second
   * connector with the same name. After a failure that `mayHaveHappened`, first check whether it exists.
   */
  async create(connector: NewConnector): Promise<Connector> {
    const request = {
      ...this.api.request(
        `create the connector "${connector.name}"`,
        "POST",
        "/connectors",
        LOOKS_AT_SOURCE_MS,
      ),
      body: { ...connector, service_name: SERVICE_NAME },
      secrets: secretsOf(connector.connection_details),
    };
    return this.api.parse(request, await this.api.sendOnce(request), connectorSchema);
  }

  update(id: string, changes: ConnectorChanges): Promise<Connector> {
    const request = {
      ...this.api.request(`update the connector ${id}`, "PUT", connectorPath(id), LOOKS_AT_SOURCE_MS),
      body: changes,
      secrets: secretsOf(changes.connection_details ?? {}),
    };
    return this.api.ask(request, connectorSchema);
  }

  /** Starts the deletion, or joins one that is running. */
  /** @param force - deletes it even if Ardent cannot remove what it created on the source */
  delete(id: string, { force }: { readonly force?: true } = {}): Promise<OperationHandle> {
    const request = this.api.request(`delete the connector ${id}`, "DELETE", connectorPath(id));
    return this.api.ask(
      force === undefined ? request : { ...request, query: { force: "true" } },
      operationHandleSchema,
    );
  }

  /** @param reason - shown to anyone who tries to delete it, up to 500 characters */
  async lockDeletion(id: string, reason?: string): Promise<Connector> {
    const request = {
      ...this.api.request(
        `lock the connector ${id} against deletion`,
        "POST",
        `${connectorPath(id)}/deletion-lock`,
      ),
      body: reason === undefined ? {} : { reason },
    };
    return (await this.api.ask(request, connectorEnvelopeSchema)).connector;
  }

  async unlockDeletion(id: string): Promise<Connector> {
    const request = this.api.request(
      `unlock the deletion of the connector ${id}`,
      "DELETE",
      `${connectorPath(id)}/deletion-lock`,
    );
    return (await this.api.ask(request, connectorEnvelopeSchema)).connector;
  }
}

/** The path of one connector. */
export function connectorPath(id: string): string {
  return path`/connectors/${id}`;
}
