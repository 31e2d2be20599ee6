import { type Api, path } from "./api";
import { connectorPath } from "./connectors";
import { type Quarantine, quarantineListSchema, quarantineSchema } from "./schemas";

/** /connectors/{id}/quarantine: the paused parts of a connector's replication. */
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

  /** Resumes a paused part of the replication; releasing it again changes nothing. */
  release(id: string, quarantineId: string): Promise<Quarantine> {
    const request = this.api.request(
      `release the quarantine ${quarantineId} of the connector ${id}`,
      "POST",
      `${connectorPath(id)}${path`/quarantine/${quarantineId}/release`}`,
    );
    return this.api.ask(request, quarantineSchema);
  }
}
