import type { Check, Verdict } from "../check";
import {
  pgstreamSlotName,
  type ReplicationArtefacts,
  type ReplicationSlot,
} from "../facts/replication-artefacts";
import { fail, notRead, pass } from "../verdict";

/** Watches the slot of our own connector: without it changes are lost, and unread it fills the disk. */
export const ardentSlot: Check = {
  id: "ardent-slot",
  category: "ardent",
  title: "the connector's slot is there and being read",
  severity: "error",
  run: ({ request, facts: { service, artefacts } }) => {
    if (!request.connector) return { kind: "skipped", message: "no connector is wanted" };
    if (service.kind !== "read") return notRead(service);
    const { connector } = service.value;
    if (connector === undefined) return { kind: "skipped", message: "there is no connector yet" };
    if (artefacts.kind !== "read") return notRead(artefacts);
    const slot = artefacts.value.slots.find(({ pgstream }) => pgstream);
    if (slot !== undefined) return judgeSlot(slot);
    // Between the connector and its set-up there is nothing on the source yet.
    if (!artefacts.value.schema && artefacts.value.eventTriggers.length === 0)
      return { kind: "skipped", message: `${connector.id} has not been set up on this source yet` };
    return missing(artefacts.value);
  },
};

function judgeSlot({ name, active, walStatus, retainedBytes = 0 }: ReplicationSlot): Verdict {
  const object = `slot ${name}`;
  const keeps = `keeps ${megabytes(retainedBytes)} of WAL`;
  if (walStatus === "lost" || walStatus === "unreserved")
    return fail(
      walStatus === "lost"
        ? `the WAL that slot ${name} needs is gone`
        : `the WAL that slot ${name} needs goes with the next checkpoint`,
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
            ? "Replication cannot go on from here: rebuild the connector in Ardent, which copies the tables again. Then give max_slot_wal_keep_size more room."
            : "Give max_slot_wal_keep_size more room now, and see in Ardent why the slot lags.",
      },
    );
  if (!active)
    return fail(
      `nobody reads slot ${name}`,
      [{ object, current: `inactive, ${keeps}`, needed: "a reader", where: "pg_replication_slots.active" }],
      {
        text: "See the connector's state in Ardent. Until it reads again WAL piles up on the source's disk; a connector that will not come back is to be deleted, and its slot with it.",
      },
    );
  return pass(`${name} ${keeps}`);
}

function missing({ database }: ReplicationArtefacts): Verdict {
  const name = pgstreamSlotName(database);
  return fail(
    `slot ${name} is gone, and Ardent's event triggers or schema are still here`,
    [{ object: `slot ${name}`, needed: "to exist", where: "pg_replication_slots" }],
    {
      text: "Replication cannot go on from where it was: rebuild the connector in Ardent, which copies the tables again. A promoted standby or a restored backup has no slots.",
    },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`;
}
