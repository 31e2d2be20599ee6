import type { ServerIdentity } from "../facts/server-identity";

/**
 * What the identity of the server says has happened since the last deployment. A restored copy of the files has the same
 * identity, except for its timeline.
 *
 * @param recorded - the cluster of the last deployment; undefined if it is not known
 * @param now - the one that responds
 * @returns undefined if it is the same cluster, or that is unknown
 */
export function clusterChange(
  recorded: ServerIdentity | undefined,
  now: ServerIdentity | undefined,
): string | undefined {
  if (recorded === undefined || now === undefined) return undefined;
  const { systemIdentifier, timeline, major } = now;
  if (systemIdentifier === recorded.systemIdentifier)
    return timeline > recorded.timeline
      ? `a standby was promoted, or a backup recovered (timeline ${recorded.timeline}, now ${timeline})`
      : undefined;
  return major > recorded.major
    ? `the cluster was upgraded (Postgres ${recorded.major}, now ${major}), or its data loaded into a new one`
    : `this is a different cluster than before (system identifier ${recorded.systemIdentifier}, now ${systemIdentifier}): a dump was loaded into it, or the host name points to another server`;
}
