import { connectionProblem } from "../../postgres/connection-problem";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import {
  type ReplicationArtifacts,
  readReplicationArtifacts,
} from "../../preflight/facts/replication-artifacts";
import { leftoverStatements } from "../../preflight/fixes/leftover-statements";
import { withBriefSession } from "./brief-session";

/**
 * Checks the source after its connector was deleted, and lists leftovers of the replication, with the SQL that removes
 * them: an unread slot retains WAL until the disk is full. It drops nothing itself.
 *
 * @returns lines to print; errors are printed too, never thrown, because the connector is already deleted
 */
export async function reportLeftovers(settings: ConnectionSettings): Promise<string[]> {
  const place = `${settings.database} at ${settings.host}:${settings.port}`;
  try {
    return describeLeftovers(await withBriefSession(settings, readReplicationArtifacts), place);
  } catch (error) {
    const reason = connectionProblem(error, settings)?.what ?? (error as Error).message;
    return [
      `Ardent: could not check what is left in ${place}: ${reason}`,
      "  check it yourself: SELECT slot_name, active FROM pg_catalog.pg_replication_slots WHERE plugin OPERATOR(pg_catalog.=) 'wal2json';",
    ];
  }
}

/** wal2json slots of other tools do not belong to Ardent. */
function describeLeftovers(artifacts: ReplicationArtifacts, place: string): string[] {
  const { slots, eventTriggers, schema } = artifacts;
  const left = [
    ...slots
      .filter(({ pgstream }) => pgstream)
      .map(
        ({ name, retainedBytes }) =>
          `slot ${name}${retainedBytes === undefined ? "" : `, which retains ${mebibytes(retainedBytes)} of WAL`}`,
      ),
    ...eventTriggers.map((name) => `event trigger ${name}`),
    ...(schema ? ["schema pgstream"] : []),
  ];
  if (left.length === 0) return [];
  return [
    `Ardent: the connector was deleted, but this is left in ${place}: ${left.join("; ")}`,
    "  unless something else uses it, remove it with:",
    ...leftoverStatements(artifacts).map((statement) => `    ${statement}`),
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
