import { judgeCapacity } from "../capacity";
import type { Check } from "../check";
import { ourSlots } from "../ours";
import { notRead } from "../verdict";

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
