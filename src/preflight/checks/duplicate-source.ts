import type { Finding, Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { ReplicationArtifacts } from "../facts/replication-artifacts";
import { LEFTOVER_LOSS, leftoverStatements } from "../fixes/leftover-statements";
import { counted } from "../judge/counted";

/**
 * A database can be connected once: pgstream's schema, triggers and slot have fixed names. Other tools' wal2json
 * slots are in nobody's way.
 */
export const duplicateSource = defineCheck({
  id: "duplicate-source",
  category: "role",
  title: "nothing else replicates this database to Ardent",
  severity: "error",
  reads: ["artifacts"],
  alsoReads: ["service"],
  judge: ({ artifacts, service }) => {
    const found = findingsOf(artifacts);
    if (found.length === 0) return judgeOthers(artifacts);
    if (service.kind === "read" && service.value.connector !== undefined)
      return pass(`it is ours: ${service.value.connector.id}`);
    if (service.kind === "unknown")
      return { kind: "unknown", message: `whether what is here is ours: ${service.reason}` };
    const read = artifacts.slots.some(({ pgstream, active }) => pgstream && active);
    return fail("this database is connected to Ardent already, or was", found, {
      text: read
        ? "The slot is being read now: find the connector in Ardent, and adopt it by its id or delete it there."
        : "If a connector in Ardent uses this database, adopt it by its id or delete it there. If none does, these are leftovers; remove them as a superuser:",
      ...(read ? {} : { sql: leftoverStatements(artifacts), destroys: LEFTOVER_LOSS }),
    });
  },
});

function findingsOf({ schema, eventTriggers, slots }: ReplicationArtifacts): Finding[] {
  return [
    ...(schema ? [{ object: "schema pgstream" }] : []),
    ...eventTriggers.map((name) => ({ object: `event trigger ${name}` })),
    ...slots
      .filter(({ pgstream }) => pgstream)
      .map(({ name, active }) => ({
        object: `slot ${name}`,
        current: active ? "being read" : "read by nobody",
      })),
  ];
}

/** The event triggers that the engine creates. */
const ENGINE_TRIGGERS: ReadonlySet<string> = new Set([
  "pgstream_emit_ddl_drop",
  "pgstream_emit_ddl_command_end",
]);

/** Names alone make nothing pgstream's; but a name that it needs has to be free. */
function judgeOthers({ otherEventTriggers: others }: ReplicationArtifacts): Verdict {
  if (others.length === 0) return pass();
  const verdict = fail(
    `${counted(others.length, "event trigger")} named like Ardent's, running other functions`,
    others.map((trigger) => ({
      object: `event trigger ${trigger.name}`,
      current: "not Ardent's",
      where: `runs ${trigger.function}`,
      ...(ENGINE_TRIGGERS.has(trigger.name)
        ? { needed: "another name: Ardent creates one of this name" }
        : {}),
    })),
    {
      text: "They are not Ardent's: ask who created them, and rename them with ALTER EVENT TRIGGER … RENAME TO …",
    },
  );
  return others.some(({ name }) => ENGINE_TRIGGERS.has(name)) ? verdict : { ...verdict, severity: "warning" };
}
