import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { pgstreamSlotName } from "../facts/replication-artifacts";

/**
 * A standby has the slots of its primary only if they are marked and synchronized, from 17 on: otherwise a promotion
 * loses Ardent's slot, and the tables have to be copied again. Ardent does not mark its slot.
 */
export const failoverSlots = defineCheck({
  id: "failover-slots",
  category: "server",
  title: "the slot survives a failover",
  severity: "warning",
  pointInTime: true,
  reads: ["server"],
  judge: ({ request, server }) => {
    const { version, senders, slots, allStatsVisible } = server;
    if (version.number < 170_000)
      return { kind: "skipped", message: "before Postgres 17, logical slots do not survive a promotion" };
    const { database } = request.source;
    const name = pgstreamSlotName(database);
    const slot = slots.find((other) => other.name === name && other.database === database);
    if (slot === undefined) return { kind: "skipped", message: "Ardent's slot does not exist yet" };
    if (slot.failover) return pass();
    if (senders.length > 0 && !allStatsVisible)
      return { kind: "skipped", message: "this user cannot see standbys" };
    const standbys = senders.filter(({ standby }) => standby);
    if (standbys.length === 0) return pass("no standby is connected");
    return fail(
      `a promoted standby will not have slot ${name}`,
      [
        {
          object: `slot ${name}`,
          current: `not synchronized to ${standbys.map(({ name, pid }) => name ?? pid).join(", ")}`,
          needed: "failover",
          where: "pg_replication_slots.failover",
        },
      ],
      {
        text: `Accept that the tables are copied again after a failover, or mark the slot while it is inactive, over a replication connection: ALTER_REPLICATION_SLOT ${name} ( FAILOVER true ). The standby needs sync_replication_slots = on, hot_standby_feedback = on, primary_slot_name, and dbname in primary_conninfo.`,
      },
    );
  },
});
