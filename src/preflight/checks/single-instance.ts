import type { Fix } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/**
 * The engine exports a snapshot in one session and reads it over others; behind a reader endpoint or a balancer these
 * land on servers that do not have it.
 */
export const singleInstance = defineCheck({
  id: "single-instance",
  category: "connection",
  title: "one server answers behind the address",
  severity: "error",
  reads: ["instances"],
  judge: ({ request, instances: { servers, shareSnapshot } }) => {
    const address = `${request.source.host}:${request.source.port}`;
    const needed = "the same server for each connection";
    if (servers.length > 1)
      return fail(
        `${servers.length} servers answer behind ${address}`,
        servers.map(({ startedAt, standby, address }) => ({
          object: `server ${address ?? "on a Unix-domain socket"}`,
          current: `${standby ? "a standby" : "a primary"}, started ${startedAt}`,
          needed,
        })),
        FIX,
      );
    if (shareSnapshot === false)
      return fail(
        `a snapshot exported over one connection to ${address} is not known on another`,
        [{ object: address, current: "connections that share no snapshot", needed }],
        FIX,
      );
    return pass(
      shareSnapshot
        ? "a snapshot exported over one connection is known on two others"
        : "three connections reached a server started at the same time; no snapshot was exported",
    );
  },
});

const FIX: Pick<Fix, "text"> = {
  text: "Give the address of the primary itself, not that of a reader endpoint or of a balancer over several servers. If the server was restarted just now, run this again.",
};
