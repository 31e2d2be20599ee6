import type { Fix } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/**
 * The engine exports a snapshot in one session and reads it in others; behind a reader endpoint or a load balancer, these
 * can reach servers that do not have it.
 */
export const singleInstance = defineCheck({
  id: "single-instance",
  category: "connection",
  title: "the address leads to one server",
  severity: "error",
  reads: ["instances"],
  judge: ({ request, instances: { servers, shareSnapshot } }) => {
    const address = `${request.source.host}:${request.source.port}`;
    const needed = "the same server for each connection";
    if (servers.length > 1)
      return fail(
        `${servers.length} servers respond at ${address}`,
        servers.map(({ startedAt, standby, address }) => ({
          object: `server ${address ?? "on a Unix-domain socket"}`,
          current: `${standby ? "a standby" : "a primary"}, started ${startedAt}`,
          needed,
        })),
        FIX,
      );
    if (shareSnapshot === false)
      return fail(
        `a snapshot exported on one connection to ${address} is unknown on another`,
        [{ object: address, current: "connections that do not share a snapshot", needed }],
        FIX,
      );
    return pass(
      shareSnapshot
        ? "a snapshot exported on one connection is visible on two others"
        : "three connections reached a server started at the same time; no snapshot was exported",
    );
  },
});

const FIX: Pick<Fix, "text"> = {
  text: "Use the address of the primary itself, not of a reader endpoint or a load balancer over several servers. If the server has just restarted, run this again.",
};
