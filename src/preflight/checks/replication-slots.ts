import type { Check } from "../check/check";
import { notRead } from "../check/verdict";
import { judgeCapacity } from "../judge/capacity";
import { ourSlots } from "../judge/own-slots";

/** Ardent keeps its place in the WAL in a slot of its own (runbook, step 2). */
export const replicationSlots: Check = {
  id: "replication-slots",
  category: "server",
  title: "10 replication slots or more, one of them free",
  severity: "error",
  run: ({ facts }) => {
    const { server } = facts;
    if (server.kind !== "read") return notRead(server);
    return judgeCapacity(server.value, {
      name: "max_replication_slots",
      used: server.value.slots.length - ourSlots(facts).length,
      things: "replication slots",
    });
  },
};
