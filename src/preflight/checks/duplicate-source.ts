import type { Finding, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, notRead, pass } from "../check/verdict";
import { pgstreamSlotName, type ReplicationArtifacts } from "../facts/replication-artifacts";
import { LEFTOVER_LOSS, leftoverStatements } from "../fixes/leftover-statements";
import { counted } from "../judge/counted";
import { KEEPS_NAME } from "../judge/renamed-database";

/**
 * A database can be connected only once, because pgstream's schema, triggers and slot have fixed names. wal2json slots
 * of other tools do not matter.
 */
export const duplicateSource = defineCheck({
  id: "duplicate-source",
  category: "role",
  title: "no other connector replicates this database to Ardent",
  severity: "error",
  reads: ["artifacts"],
  alsoReads: ["service"],
  judge: ({ artifacts, service }) => {
    const found = findingsOf(artifacts);
    if (found.length === 0) return judgeOthers(artifacts);
    if (service.kind === "read" && service.value.connector !== undefined)
      return pass(`this program's connector: ${service.value.connector.id}`);
    if (service.kind === "awaited") return notRead(service);
    if (service.kind === "unknown")
      return {
        kind: "unknown",
        message: `cannot tell whether these objects belong to this program's connector: ${service.reason}`,
        ...(service.needs === undefined ? {} : { needs: service.needs }),
      };
    const former = artifacts.slots.find(({ name, pgstream }) => !pgstream && PGSTREAM_SLOT.test(name));
    if (former !== undefined)
      return fail(
        `this database was connected to Ardent under another name: its slot is ${former.name}`,
        [...found, { object: `slot ${former.name}`, needed: pgstreamSlotName(artifacts.database) }],
        { text: KEEPS_NAME },
      );
    const read = artifacts.slots.some(({ pgstream, active }) => pgstream && active);
    return fail("this database is or was already connected to Ardent", found, {
      text: read
        ? "The slot is active: find its connector in Ardent, then adopt it by its id or delete it there."
        : "If a connector in Ardent uses this database, adopt it by its id or delete it there. Otherwise these are leftovers; remove them as a superuser:",
      ...(read ? {} : { sql: leftoverStatements(artifacts), destroys: LEFTOVER_LOSS }),
    });
  },
});

/** The name that pgstream gives its slot in any database. */
const PGSTREAM_SLOT = /^pgstream_.*_slot$/;

function findingsOf({ schema, eventTriggers, slots }: ReplicationArtifacts): Finding[] {
  return [
    ...(schema ? [{ object: "schema pgstream" }] : []),
    ...eventTriggers.map((name) => ({ object: `event trigger ${name}` })),
    ...slots
      .filter(({ pgstream }) => pgstream)
      .map(({ name, active }) => ({
        object: `slot ${name}`,
        current: active ? "active" : "inactive",
      })),
  ];
}

/** The event triggers that the engine creates. */
const ENGINE_TRIGGERS: ReadonlySet<string> = new Set([
  "pgstream_emit_ddl_drop",
  "pgstream_emit_ddl_command_end",
]);

/** An event trigger does not belong to pgstream only because of its name; but a name that pgstream needs must be free. */
function judgeOthers({ otherEventTriggers: others }: ReplicationArtifacts): Verdict {
  if (others.length === 0) return pass();
  const verdict = fail(
    `${counted(others.length, "event trigger")} with a name that Ardent uses, but another function`,
    others.map((trigger) => ({
      object: `event trigger ${trigger.name}`,
      current: "not Ardent's",
      where: `runs ${trigger.function}`,
      ...(ENGINE_TRIGGERS.has(trigger.name)
        ? { needed: "another name, because Ardent creates one with this name" }
        : {}),
    })),
    {
      text: "They do not belong to Ardent: ask their owners, and rename them with ALTER EVENT TRIGGER … RENAME TO …",
    },
  );
  return others.some(({ name }) => ENGINE_TRIGGERS.has(name)) ? verdict : { ...verdict, severity: "warning" };
}
