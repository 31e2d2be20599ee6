import type { ArdentClient } from "../../ardent/client";
import {
  type ConnectorProblem,
  connectorProblem,
  describeConnectorProblem,
} from "../../ardent/connector-health";
import { describeQuarantine } from "../../ardent/describe-quarantine";
import type { Quarantine } from "../../ardent/schemas";
import type { Properties } from "../provider";
import { orIfUnavailable } from "../runtime/or-if-unavailable";

/** How a replication is, as far as the service says. */
export interface ReplicationHealth {
  readonly connectorId?: string;
  /** Something is wrong with it as a whole; where it has failed, its setup has to be repeated. */
  readonly problem?: ConnectorProblem;
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
    client.connectors.get(connectorId),
    client.quarantines.list(connectorId),
  ]);
  const problem = connectorProblem(connector);
  return { connectorId, quarantines, ...(problem === undefined ? {} : { problem }) };
}

/** The same where things continue without a service that cannot be asked, as in a preview. */
export function lookAt(service: () => ArdentClient, connectorId: string): Promise<ReplicationHealth> {
  return orIfUnavailable(HEALTHY, async () => readHealth(service(), connectorId));
}

/** The paused parts that the program asks to release. */
export function toRelease({ quarantines }: ReplicationHealth, news: Properties): Quarantine[] {
  const asked = Array.isArray(news.releaseQuarantines) ? news.releaseQuarantines : [];
  return quarantines.filter(({ id }) => asked.includes(id));
}

/** What a preview says of it: what is wrong, and what this deployment does about it. */
export function healthLines(health: ReplicationHealth, news: Properties): string[] {
  const { connectorId, problem, quarantines } = health;
  const released = toRelease(health, news);
  return [
    ...(problem === undefined
      ? []
      : [
          `Ardent: connector ${connectorId} is ${describeConnectorProblem(problem)}${problem.failed ? "; its setup will be repeated" : ""}`,
        ]),
    ...quarantines.map((quarantine) =>
      released.includes(quarantine)
        ? `Ardent: quarantine ${describeQuarantine(quarantine)}; it will be released`
        : `Ardent: connector ${connectorId} has paused ${describeQuarantine(quarantine)}; once the cause is fixed, ` +
          `releaseQuarantines: ["${quarantine.id}"] resumes it`,
    ),
  ];
}
