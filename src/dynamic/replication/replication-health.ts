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

/** The health of a replication, according to the service. */
export interface ReplicationHealth {
  readonly connectorId?: string;
  /** A problem of the whole replication; if it has failed, its setup has to be repeated. */
  readonly problem?: ConnectorProblem;
  /** The parts that are paused. */
  readonly quarantines: readonly Quarantine[];
}

/** A replication without a known problem. */
export const HEALTHY: ReplicationHealth = { quarantines: [] };

/**
 * Reads the health of a connector's replication.
 *
 * @throws ArdentApiError if the service cannot be reached
 */
async function readHealth(client: ArdentClient, connectorId: string): Promise<ReplicationHealth> {
  const [connector, quarantines] = await Promise.all([
    client.connectors.get(connectorId),
    client.quarantines.list(connectorId),
  ]);
  const problem = connectorProblem(connector);
  return { connectorId, quarantines, ...(problem === undefined ? {} : { problem }) };
}

/** The same for a preview, which continues if the service cannot be reached. */
export function lookAt(service: () => ArdentClient, connectorId: string): Promise<ReplicationHealth> {
  return orIfUnavailable(HEALTHY, async () => readHealth(service(), connectorId));
}

/** The paused parts that the program releases. */
export function toRelease({ quarantines }: ReplicationHealth, news: Properties): Quarantine[] {
  const asked = Array.isArray(news.releaseQuarantines) ? news.releaseQuarantines : [];
  return quarantines.filter(({ id }) => asked.includes(id));
}

/**
 * The lines of a preview about it: the problem, and what this deployment will do.
 *
 * @param isShown - whether the problem is shown already
 */
export function healthLines(health: ReplicationHealth, news: Properties, isShown: boolean): string[] {
  const { connectorId, problem, quarantines } = health;
  const released = toRelease(health, news);
  const shown = isShown ? released : quarantines;
  return [
    ...(problem === undefined || (isShown && !problem.failed)
      ? []
      : [
          `Ardent: connector ${connectorId} is ${describeConnectorProblem(problem)}${problem.failed ? "; its setup will be repeated" : ""}`,
        ]),
    ...shown.map((quarantine) =>
      released.includes(quarantine)
        ? `Ardent: connector ${connectorId}: quarantine ${describeQuarantine(quarantine)}; it will be released`
        : `Ardent: connector ${connectorId} has paused ${describeQuarantine(quarantine)}; once the cause is fixed, ` +
          `releaseQuarantines: ["${quarantine.id}"] resumes it`,
    ),
  ];
}
