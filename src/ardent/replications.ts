import { type Api, LOOKS_AT_SOURCE_MS } from "./api";
import { connectorPath } from "./connectors";
import { type Connector, connectorSchema, type OperationHandle, operationHandleSchema } from "./schemas";

/** The result of requesting the setup of an engine: a setup runs, or the engine is already set up. */
export type EngineSetup =
  | { readonly handle: OperationHandle; readonly connector?: undefined }
  | { readonly connector: Connector; readonly handle?: undefined };

/** The steps after the creation of a connector: discovery, selection, decisions, engine setup. */
export class Replications {
  constructor(private readonly api: Api) {}

  /** Starts the discovery of schemas and tables, or joins one that is running. */
  discover(id: string): Promise<OperationHandle> {
    const request = this.api.request(
      `discover the tables of the connector ${id}`,
      "POST",
      `${connectorPath(id)}/discover`,
      LOOKS_AT_SOURCE_MS,
    );
    return this.api.ask(request, operationHandleSchema);
  }

  /** @param paths - see paths.ts */
  setSelection(id: string, paths: readonly string[]): Promise<Connector> {
    const request = {
      ...this.api.request(
        `select the tables of the connector ${id}`,
        "POST",
        `${connectorPath(id)}/selection`,
      ),
      body: { selected_paths: paths },
    };
    return this.api.ask(request, connectorSchema);
  }

  /** A 409 ("state changed underneath") is retried, as the API says. */
  setDecisions(id: string, decisions: Readonly<Record<string, string>>): Promise<Connector> {
    const request = {
      ...this.api.request(
        `set the replica identity decisions of the connector ${id}`,
        "PUT",
        `${connectorPath(id)}/replica-identity-decisions`,
      ),
      body: { decisions },
    };
    return this.api.ask(request, connectorSchema, true);
  }

  /** Starts the replication, or joins a start that is running; the connector's row when there is nothing to start. */
  async setup(id: string): Promise<EngineSetup> {
    const request = this.api.request(
      `set up the replication of the connector ${id}`,
      "POST",
      `${connectorPath(id)}/engine-setup`,
      LOOKS_AT_SOURCE_MS,
    );
    const reply = await this.api.repeat(request);
    if (reply.status === 202) return { handle: this.api.parse(request, reply, operationHandleSchema) };
    // If a proxy or the like responds with 200, nothing has been set up.
    return { connector: this.api.parse(request, reply, connectorSchema) };
  }
}
