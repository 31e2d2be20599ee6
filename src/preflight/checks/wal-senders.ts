import type { Check } from "../check/check";
import { notRead } from "../check/verdict";
import { judgeCapacity } from "../judge/capacity";
import { ourSlots } from "../judge/own-slots";

/** Ardent streams through one of them, beside what replicates already (runbook, step 2). */
export const walSenders: Check = {
  id: "wal-senders",
  category: "server",
  title: "10 WAL senders or more, one of them free",
  severity: "error",
  run: ({ facts }) => {
    const { server } = facts;
    if (server.kind !== "read") return notRead(server);
    const ours = new Set(ourSlots(facts).map(({ activePid }) => activePid));
    const used = server.value.senders.filter(({ pid }) => !ours.has(pid)).length;
    return judgeCapacity(server.value, {
      name: "max_wal_senders",
      used,
      things: "WAL senders",
      advice: "On standbys raise it first: with a lower value than the primary's they stop replaying.",
    });
  },
};
