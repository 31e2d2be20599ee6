import { SqlState } from "../../postgres/sqlstate";
import type { Check, Verdict } from "../check/check";
import { fail, notRead, pass } from "../check/verdict";
import type { Facts } from "../facts/facts";
import type { SlotProbe } from "../probes/slot";

/** Ardent reads changes through this output plugin (runbook, step 3). */
export const wal2json: Check = {
  id: "wal2json",
  category: "server",
  title: "the output plugin wal2json is installed",
  severity: "error",
  run: ({ facts }) => {
    const { slotProbe, server } = facts;
    const probed = slotProbe.kind === "read" ? judgeProbe(slotProbe.value, facts) : undefined;
    if (probed !== undefined) return probed;
    if (server.kind !== "read") return notRead(server);
    const { wal2jsonLibrary: library } = server.value;
    if (library.kind === "read") {
      if (library.value.loads) return pass();
      if (library.value.sqlstate === SqlState.undefinedFile) return missing(facts);
    }
    if (server.value.slots.some(({ plugin }) => plugin === "wal2json")) return pass("a slot uses it");
    if (slotProbe.kind !== "read") return notRead(slotProbe);
    const { value } = slotProbe;
    return {
      kind: "unknown",
      message:
        value.outcome === "created"
          ? ""
          : `a role with REPLICATION can try it: the server says "${value.message}"`,
    };
  },
};

/**
 * Reads the probe: what the server looks at comes in a known order, so that each code says how far it got.
 *
 * @returns undefined when it was refused before the library was looked for
 */
function judgeProbe(probe: SlotProbe, facts: Facts): Verdict | undefined {
  if (probe.outcome === "created") return pass("a temporary slot was created and dropped");
  switch (probe.sqlstate) {
    case SqlState.undefinedFile:
    case SqlState.internalError:
      return missing(facts);
    // It waits for open transactions only once the library is loaded.
    case SqlState.lockNotAvailable:
    case SqlState.queryCanceled:
      return pass("installed; a slot waits for open transactions to end");
    default:
      return undefined;
  }
}

function missing({ server }: Facts): Verdict {
  const major = server.kind === "read" ? Math.trunc(server.value.version.number / 10_000) : "<major>";
  return fail(
    "wal2json is not installed",
    [{ object: "wal2json", current: "not installed", needed: "installed" }],
    {
      text: `Install the package on the server: postgresql-${major}-wal2json (Debian, Ubuntu) or wal2json_${major} (RHEL family).`,
    },
  );
}
