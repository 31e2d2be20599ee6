import { defineCheck } from "../check/define-check";
import { fail, pass, skippedFor } from "../check/verdict";
import { sessionSetting } from "../judge/session-settings";
import { standbysWaitedFor } from "../judge/synchronous-standbys";

const NAMES = "synchronous_standby_names";

/** Values of synchronous_commit with which a commit waits for no standby. */
const WAITS_FOR_NONE: ReadonlySet<string> = new Set(["local", "off"]);

/**
 * A commit waits for its synchronous standbys without a time limit: if they are missing, Ardent's setup hangs at CREATE
 * SCHEMA, and so does every grant.
 */
export const synchronousReplication = defineCheck({
  id: "synchronous-replication",
  category: "server",
  title: "no commit waits for a missing standby",
  severity: "error",
  pointInTime: true,
  reads: ["server"],
  alsoReads: ["roleLogin"],
  judge: (input) => {
    const { settings, senders, allStatsVisible, inRecovery } = input.server;
    if (inRecovery) return skippedFor("writable-primary");
    const names = settings[NAMES];
    const commit = sessionSetting(input, "synchronous_commit");
    if (names === undefined) return { kind: "skipped", message: `${NAMES} is hidden from this user` };
    const needed = standbysWaitedFor(names.value);
    if (needed === 0) return pass("no standby is synchronous");
    if (commit !== undefined && WAITS_FOR_NONE.has(commit.value))
      return pass(`synchronous_commit is ${commit.value}: commits wait for no standby`);
    const found = senders.filter(({ syncState }) =>
      // If this user cannot see the state of a standby, it counts as synchronous.
      syncState === undefined ? !allStatsVisible : syncState === "sync" || syncState === "quorum",
    ).length;
    if (found >= needed)
      return allStatsVisible
        ? pass(`${found} of ${needed} synchronous standbys connected`)
        : { kind: "skipped", message: "this user cannot see which standbys are synchronous" };
    return fail(
      `commits hang: ${found} of ${needed} synchronous standbys connected`,
      [
        {
          object: NAMES,
          current: `${names.value}, ${found} of ${needed} connected`,
          needed: `${needed} connected`,
          where: names.where ?? names.source,
        },
      ],
      {
        text: `Start the standbys that ${NAMES} names, with these names in application_name of their primary_conninfo; or change ${NAMES} in the tool that manages failover, and reload. Without a standby, every transaction that writes hangs at its COMMIT.`,
      },
    );
  },
});
