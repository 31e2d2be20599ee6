import { defineCheck } from "../check/define-check";
import { judgeCapacity } from "../judge/capacity";
import { ourSlots } from "../judge/own-slots";

/** Ardent streams through one of them, in addition to existing replication (runbook, step 2). */
export const walSenders = defineCheck({
  id: "wal-senders",
  category: "server",
  title: "at least 10 WAL senders, one of them free",
  severity: "error",
  reads: ["server"],
  alsoReads: ["service", "artifacts"],
  judge: ({ server, service, artifacts }) => {
    const ours = new Set(ourSlots(server.slots, { service, artifacts }).map(({ activePid }) => activePid));
    const used = server.senders.filter(({ pid }) => !ours.has(pid)).length;
    return judgeCapacity(server, {
      name: "max_wal_senders",
      used,
      things: "WAL senders",
      advice: "Raise it on standbys first: with a value lower than the primary's they stop replaying.",
    });
  },
});
