import { SqlState } from "../../postgres/sqlstate";
import type { Verdict } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass } from "../check/verdict";
import { valueIfRead } from "../facts/evidence";
import type { ServerFacts } from "../facts/server";
import type { SlotProbe } from "../probes/slot";

/** Ardent reads changes through this output plugin (runbook, step 3). */
export const wal2json = defineCheck({
  id: "wal2json",
  category: "server",
  title: "the output plugin wal2json is installed",
  severity: "error",
  alsoReads: ["slotProbe", "server"],
  judge: ({ slotProbe, server }) => {
    const probe = valueIfRead(slotProbe);
    return (
      (probe && judgeProbe(probe, valueIfRead(server))) ??
      judgeRead(server, (facts) => judgeLibrary(facts) ?? judgeRead(slotProbe, refusedEarly))
    );
  },
});

/** @returns undefined if neither the library nor a slot shows it */
function judgeLibrary(server: ServerFacts): Verdict | undefined {
  const library = valueIfRead(server.wal2jsonLibrary);
  if (library?.loads) return pass();
  if (library?.sqlstate === SqlState.undefinedFile) return missing(server);
  return server.slots.some(({ plugin }) => plugin === "wal2json") ? pass("a slot uses it") : undefined;
}

function refusedEarly(probe: SlotProbe): Verdict {
  return {
    kind: "unknown",
    message:
      probe.outcome === "created" ? "" : `trying it needs REPLICATION: the server says "${probe.message}"`,
  };
}

/**
 * Interprets the probe: the server does its checks in a known order, so each code shows how far it got.
 *
 * @returns undefined if the slot was rejected before the library was loaded
 */
function judgeProbe(probe: SlotProbe, server: ServerFacts | undefined): Verdict | undefined {
  if (probe.outcome === "created") return pass("a temporary slot was created and dropped");
  switch (probe.sqlstate) {
    case SqlState.undefinedFile:
    case SqlState.internalError:
      return missing(server);
    // It waits for open transactions only once the library is loaded.
    case SqlState.lockNotAvailable:
    case SqlState.queryCanceled:
      return pass("installed; a slot waits for open transactions to end");
    default:
      return undefined;
  }
}

function missing(server: ServerFacts | undefined): Verdict {
  const major = server === undefined ? "<major>" : Math.trunc(server.version.number / 10_000);
  return fail(
    "wal2json is not installed",
    [{ object: "wal2json", current: "not installed", needed: "installed" }],
    {
      text: `Install the package on the server: postgresql-${major}-wal2json (Debian, Ubuntu) or wal2json_${major} (RHEL family).`,
    },
  );
}
