import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import {
  pgstreamSlotName,
  type ReplicationArtifacts,
  type ReplicationSlot,
} from "../facts/replication-artifacts";
import type { ServerFacts } from "../facts/server";
import { inUnit } from "../facts/units";
import { clusterChange } from "../judge/cluster-change";
import { ACTIVE_SLOT_LAG_LIMIT_BYTES, megabytes } from "../judge/retained-wal";
import { skippedWithoutConnector } from "../judge/skipped-without-connector";

/** Checks the slot of our own connector: without it changes are lost, and an unread one fills the disk. */
export const ardentSlot = defineCheck({
  id: "ardent-slot",
  category: "ardent",
  title: "the connector's slot exists and is active",
  severity: "error",
  reads: ["service"],
  alsoReads: ["artifacts", "server", "identity"],
  byRequest: skippedWithoutConnector,
  judge: ({ request, service: { connector }, artifacts, server, identity }) => {
    if (connector === undefined) return { kind: "skipped", message: "there is no connector yet" };
    return judgeRead(artifacts, (found) => {
      const slot = found.slots.find(({ pgstream }) => pgstream);
      if (slot !== undefined) return judgeSlot(slot, retentionLimit(valueIfRead(server)));
      const because = clusterChange(request.recordedServer, valueIfRead(identity));
      // After the connector was created and before its setup, there is nothing on the source.
      if (because === undefined && !found.schema && found.eventTriggers.length === 0)
        return { kind: "skipped", message: `${connector.id} has not been set up on this source yet` };
      return missing(found, because);
    });
  },
});

const RECREATE =
  "Replication cannot resume. Recreate the connector; this removes what is left here and copies the tables again: `pulumi up --replace <URN of the Connector>` (`pulumi stack --show-urns` lists it).";

/** Half of max_slot_wal_keep_size, beyond which a slot is lost, but never more than the general limit. */
function retentionLimit(server: ServerFacts | undefined): number {
  const setting = server?.settings.max_slot_wal_keep_size;
  const limit = setting === undefined ? -1 : inUnit(setting.value, "MB");
  return limit >= 0
    ? Math.min(ACTIVE_SLOT_LAG_LIMIT_BYTES, (limit / 2) * 1024 ** 2)
    : ACTIVE_SLOT_LAG_LIMIT_BYTES;
}

function judgeSlot(
  { name, active, walStatus, retainedBytes = 0 }: ReplicationSlot,
  limitBytes: number,
): Verdict {
  const object = `slot ${name}`;
  const keeps = `keeps ${megabytes(retainedBytes)} of WAL`;
  if (walStatus === "lost" || walStatus === "unreserved")
    return fail(
      walStatus === "lost"
        ? `the WAL that slot ${name} needs was removed`
        : `the next checkpoint will remove WAL that slot ${name} needs`,
      [
        {
          object,
          current: walStatus,
          needed: "reserved or extended",
          where: "pg_replication_slots.wal_status",
        },
      ],
      {
        text:
          walStatus === "lost"
            ? `${RECREATE} Also raise max_slot_wal_keep_size.`
            : "Raise max_slot_wal_keep_size now, and look in Ardent for why the slot lags behind.",
      },
    );
  if (!active)
    return fail(
      `slot ${name} is inactive: nothing is consuming it`,
      [
        {
          object,
          current: `inactive, ${keeps}`,
          needed: "to be consumed",
          where: "pg_replication_slots.active",
        },
      ],
      {
        text: "Check the connector's state in Ardent. Until it reads again, WAL accumulates on the source's disk. If the connector is no longer needed, delete it together with its slot.",
      },
    );
  if (retainedBytes > limitBytes)
    return {
      ...fail(
        `slot ${name} lags behind: it ${keeps}`,
        [
          {
            object,
            current: keeps,
            needed: `at most ${megabytes(limitBytes)}`,
            where: "pg_replication_slots",
          },
        ],
        {
          text: "It is being read, but too slowly: look in Ardent for the cause. Until it has caught up, watch the disk, and max_slot_wal_keep_size: beyond it the slot is lost.",
        },
      ),
      severity: "warning",
    };
  return pass(`${name} ${keeps}`);
}

function missing({ database }: ReplicationArtifacts, because: string | undefined): Verdict {
  const name = pgstreamSlotName(database);
  return fail(
    because === undefined
      ? `slot ${name} no longer exists, but Ardent's event triggers or schema do`
      : `slot ${name} no longer exists: ${because}`,
    [{ object: `slot ${name}`, needed: "to exist", where: "pg_replication_slots" }],
    {
      text: [
        RECREATE,
        "Slots do not survive a promoted standby (except failover slots, from Postgres 17 on), a restored backup, a dump, or pg_upgrade from a version before 17.",
      ].join("\n"),
    },
  );
}
