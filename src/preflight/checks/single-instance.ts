import type { Check } from "../check";
import { fail, notRead, pass } from "../verdict";

/**
 * The engine exports a snapshot in one session and reads it over others; behind a reader endpoint or a balancer these
 * land on servers that do not have it.
 */
export const singleInstance: Check = {
  id: "single-instance",
  category: "connection",
  title: "one server answers behind the address",
  severity: "error",
  run: ({ request, facts: { connection } }) => {
    const { instances } = connection;
    if (instances.kind !== "read") return notRead(instances);
    if (instances.value.length <= 1) return pass();
    const { host, port } = request.source;
    return fail(
      `${instances.value.length} servers answer behind ${host}:${port}`,
      instances.value.map(({ startedAt, standby, address }) => ({
        object: `server ${address ?? "on a Unix-domain socket"}`,
        current: `${standby ? "a standby" : "a primary"}, started ${startedAt}`,
        needed: "the same server for each connection",
      })),
      {
        text: "Give the address of the primary itself, not that of a reader endpoint or of a balancer over several servers. If the server was restarted just now, run this again.",
      },
    );
  },
};
