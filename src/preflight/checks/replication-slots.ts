import { defineCheck } from "../check/define-check";
import { judgeCapacity } from "../judge/capacity";
import { ourSlots } from "../judge/own-slots";

/** Ardent keeps its position in the WAL in its own slot (runbook, step 2). */
export const replicationSlots = defineCheck({
  id: "replication-slots",
  category: "server",
  title: "at least 10 replication slots, one of them free",
  severity: "error",
  reads: ["server"],
  alsoReads: ["service", "artifacts"],
  judge: ({ server, ...ours }) =>
    judgeCapacity(server, {
      name: "max_replication_slots",
      used: server.slots.length - ourSlots(server.slots, ours).length,
      things: "replication slots",
    }),
});
