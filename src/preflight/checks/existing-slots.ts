import type { Finding } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { pgstreamSlotName } from "../facts/replication-artifacts";
import type { Slot } from "../facts/server";
import { counted } from "../judge/counted";
import { ACTIVE_SLOT_LAG_LIMIT_BYTES, megabytes } from "../judge/retained-wal";

/** How much WAL an inactive slot may retain before it is reported. */
const MUCH_BYTES = 1024 ** 3;

/**
 * All slots share the disk with ours, and an unread one fills it. Ardent's own slot is checked by ardent-slot, or by
 * duplicate-source if it is a leftover.
 */
export const existingSlots = defineCheck({
  id: "existing-slots",
  category: "server",
  title: "other replication slots are healthy",
  severity: "warning",
  pointInTime: true,
  reads: ["server"],
  judge: ({ request, server }) => {
    const ours = pgstreamSlotName(request.source.database);
    const findings = server.slots
      .filter(({ name, database, temporary }) => {
        const isOurs = name === ours && database === request.source.database;
        return !isOurs && !temporary;
      })
      .flatMap(findingOf);
    if (findings.length === 0) return pass();
    return fail(`${counted(findings.length, "other replication slot")} lost or not being read`, findings, {
      text: "Ask the owners of these slots. A lost slot is useless, and an unread one retains WAL until the disk is full. Drop slots that are no longer needed with SELECT pg_catalog.pg_drop_replication_slot('<name>').",
    });
  },
});

function findingOf(slot: Slot): Finding[] {
  const { name, active, walStatus, invalidationReason, retainedBytes = 0 } = slot;
  const object = `slot ${name}`;
  if (invalidationReason !== undefined || walStatus === "lost")
    return [{ object, current: `lost${invalidationReason ? ` (${invalidationReason})` : ""}` }];
  if (walStatus === "unreserved") return [{ object, current: "about to lose required WAL" }];
  if (retainedBytes < (active ? ACTIVE_SLOT_LAG_LIMIT_BYTES : MUCH_BYTES)) return [];
  const reader = active ? "active, but far behind" : "inactive";
  return [{ object, current: `${reader}, retains ${megabytes(retainedBytes)} of WAL` }];
}
