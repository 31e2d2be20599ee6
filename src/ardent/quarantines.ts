import { type Api, path } from "./api";
import { connectorPath } from "./connectors";
import { type Quarantine, quarantineListSchema, quarantineSchema } from "./schemas";

/** /connectors/{id}/quarantine: what of a connector's replication is paused. */
export class Quarantines {
  constructor(private readonly api: Api) {}

  /** What of a connector's replication is paused. */
  async list(id: string): Promise<Quarantine[]> {
    const request = this.api.request(
      `list the quarantines of the connector ${id}`,
      "GET",
      `${connectorPath(id)}/quarantine`,
    );
    return (await this.api.ask(request, quarantineListSchema)).quarantines;
  }

  /** Lets a paused part of the replication continue; released twice it stays released. */
  release(id: string, quarantineId: string): Promise<Quarantine> {
    const request = this.api.request(
      `release the quarantine ${quarantineId} of the connector ${id}`,
      "POST",
      `${connectorPath(id)}${path`/quarantine/${quarantineId}/release`}`,
    );
    return this.api.ask(request, quarantineSchema);
  }
}
