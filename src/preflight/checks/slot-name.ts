import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { isSlotName, pgstreamSlotName } from "../facts/replication-artifacts";
import type { Slot } from "../facts/server";

/**
 * Ardent's slot is named after the database, and slot names are unique in the whole server. The engine uses an existing
 * slot with that name as its own: it would read and advance the slot of another tool.
 */
export const slotName = defineCheck({
  id: "slot-name",
  category: "server",
  title: "the name of Ardent's slot is valid and free",
  severity: "error",
  reads: ["server"],
  byRequest: ({ source: { database } }) => {
    const name = pgstreamSlotName(database);
    return isSlotName(name) ? undefined : invalid(name, database);
  },
  judge: ({ request, server }) => {
    const { database } = request.source;
    const name = pgstreamSlotName(database);
    const taken = server.slots.find((slot) => slot.name === name && !isArdentSlot(slot, database));
    // The slot of a connected database that was renamed keeps its name: login says that.
    const isOwn = request.recordedServer !== undefined && taken?.plugin === "wal2json" && !taken.temporary;
    return taken === undefined || isOwn ? pass(name) : inUse(taken);
  },
});

/** Whether it is Ardent's slot of this database: duplicate-source and ardent-slot judge that one. */
function isArdentSlot({ plugin, temporary, ...slot }: Slot, database: string): boolean {
  return plugin === "wal2json" && slot.database === database && !temporary;
}

const OTHERWISE =
  "rename the database (ALTER DATABASE … RENAME TO …, with no session connected to it), or ask Ardent whether the slot can have another name.";

function invalid(name: string, database: string): Verdict {
  return fail(
    `Ardent's slot for database ${database} would have an invalid name`,
    [{ object: `slot ${name}`, current: "not a valid name", needed: "only a to z, 0 to 9 and _" }],
    { text: `The slot is named after the database: ${OTHERWISE}` },
  );
}

function inUse(slot: Slot): Verdict {
  return fail(
    `another slot has the name of Ardent's slot: ${slot.name}`,
    [{ object: `slot ${slot.name}`, current: describe(slot), needed: "a free name" }],
    {
      text: slot.temporary
        ? `It is dropped when its session ends. If it reappears: ${OTHERWISE}`
        : `Ask the slot's owner whether it is needed; dropping it loses its position in the WAL. If it is needed: ${OTHERWISE}`,
    },
  );
}

function describe({ plugin, database, temporary, activePid }: Slot): string {
  const kind = `${temporary ? "temporary " : ""}${plugin ?? "physical"} slot`;
  const place = database === undefined ? "" : ` in database ${database}`;
  const holder = activePid === undefined ? "" : `, held by process ${activePid}`;
  return `a ${kind}${place}${holder}`;
}
