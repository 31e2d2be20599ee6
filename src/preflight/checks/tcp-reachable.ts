import { defineCheck } from "../check/define-check";
import { pass } from "../check/verdict";

/**
 * Checked from the runner: if it cannot connect, that proves nothing about Ardent, so the outcome is unknown.
 */
export const tcpReachable = defineCheck({
  id: "tcp-reachable",
  category: "connection",
  title: "the port accepts connections",
  severity: "error",
  requires: ["ipv4-address"],
  reads: ["tcp"],
  judge: ({ tcp: { address, port, errorCode, usedByRunner } }) => {
    const object = `${address}:${port}`;
    if (errorCode === undefined) return pass(object);
    if (!usedByRunner)
      return {
        kind: "skipped",
        message: `${object} cannot be reached from this machine (${errorCode}), but this runner uses another route`,
      };
    return {
      kind: "unknown",
      message: `${object} cannot be reached from this machine (${errorCode})`,
      fix: {
        text:
          errorCode === "ECONNREFUSED"
            ? "Check the port, that Postgres runs, and that listen_addresses includes this address."
            : "Check host and port, and that the firewall allows this machine and Ardent's egress IP.",
        sql: [],
        effect: "none",
      },
    };
  },
});
