import type { ArdentClient } from "../ardent/client";
import { type ConnectorTrouble, connectorTrouble, describeTrouble } from "../ardent/connector-health";
import { describeQuarantine } from "../ardent/quarantines";
import type { Quarantine } from "../ardent/schemas";
import type { Properties } from "./provider";
import { withoutService } from "./without-service";

/** How a replication is, as far as the service says. */
export interface ReplicationHealth {
  readonly connectorId?: string;
  /** Something is wrong with it as a whole; where it has failed, its set-up has to be repeated. */
  readonly trouble?: ConnectorTrouble;
  /** The parts that are paused. */
  readonly quarantines: readonly Quarantine[];
}

/** A replication about which nothing is wrong, or nothing known. */
export const HEALTHY: ReplicationHealth = { quarantines: [] };

/**
 * Reads how a connector's replication is.
 *
 * @throws ArdentApiError when the service cannot be asked
 */
async function readHealth(client: ArdentClient, connectorId: string): Promise<ReplicationHealth> {
  const [connector, quarantines] = await Promise.all([
    client.getConnector(connectorId),
    client.listQuarantines(connectorId),
  ]);
  const trouble = connectorTrouble(connector);
  return { connectorId, quarantines, ...(trouble === undefined ? {} : { trouble }) };
}

/** The same where things go on without a service that cannot be asked, as in a preview. */
export function lookAt(service: () => ArdentClient, connectorId: string): Promise<ReplicationHealth> {
  return withoutService(HEALTHY, async () => readHealth(service(), connectorId));
}

/** The paused parts that the program asks to release. */
export function toRelease({ quarantines }: ReplicationHealth, news: Properties): Quarantine[] {
  const asked = Array.isArray(news.releaseQuarantines) ? news.releaseQuarantines : [];
  return quarantines.filter(({ id }) => asked.includes(id));
}

/** What a preview says of it: what is wrong, and what this deployment does about it. */
export function healthLines(health: ReplicationHealth, news: Properties): string[] {
  const { connectorId, trouble, quarantines } = health;
  const released = toRelease(health, news);
  return [
    ...(trouble === undefined
      ? []
      : [
          `Ardent: connector ${connectorId} is ${describeTrouble(trouble)}${trouble.failed ? "; its set-up is repeated" : ""}`,
        ]),
    ...quarantines.map((quarantine) =>
      released.includes(quarantine)
        ? `Ardent: quarantine ${describeQuarantine(quarantine)}; it is released`
        : `Ardent: connector ${connectorId} has paused ${describeQuarantine(quarantine)}; once the cause is mended, ` +
          `releaseQuarantines: ["${quarantine.id}"] lets it go on`,
    ),
  ];
}
