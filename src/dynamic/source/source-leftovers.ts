import { connectionProblem } from "../../postgres/connection-problem";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession } from "../../postgres/session";
import {
  type ReplicationArtifacts,
  readReplicationArtifacts,
} from "../../preflight/facts/replication-artifacts";
import { leftoverStatements } from "../../preflight/fixes/leftover-statements";

/**
 * Looks at the source after its connector was deleted, and says what of the replication is still there, with the SQL
 * that removes it: a slot that nobody reads keeps WAL until the disk is full. Drops nothing itself.
 *
 * @returns lines to print; what cannot be looked at is said, never thrown, as the connector is gone all the same
 */
export async function reportLeftovers(settings: ConnectionSettings): Promise<string[]> {
  const place = `${settings.database} at ${settings.host}:${settings.port}`;
  try {
    const session = await openSession(settings, {
      applicationName: "pulumi-ardent",
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 10_000,
      readOnly: true,
    });
    try {
      return describeLeftovers(await readReplicationArtifacts(session), place);
    } finally {
      await session.close();
    }
  } catch (error) {
    const reason = connectionProblem(error, settings)?.what ?? (error as Error).message;
    return [
      `Ardent: could not check what is left in ${place}: ${reason}`,
      "  check it yourself: SELECT slot_name, active FROM pg_catalog.pg_replication_slots WHERE plugin OPERATOR(pg_catalog.=) 'wal2json';",
    ];
  }
}

/** Slots of other tools that use wal2json too are none of ours. */
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
