import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/** Ardent connects over IPv4 only (runbook, step 1). */
export const ipv4Address = defineCheck({
  id: "ipv4-address",
  category: "connection",
  title: "the host has an IPv4 address",
  severity: "error",
  reads: ["ipv4"],
  judge: ({ request: { source }, ipv4 }) => {
    const { addresses, ipv6 } = ipv4;
    if (addresses.length > 0) return pass(addresses.join(", "));
    return fail(
      ipv6 ? `${source.host} has IPv6 addresses only` : `${source.host} has no address`,
      [
        {
          object: source.host,
          current: ipv6 ? "IPv6 only" : "no address",
          needed: "an IPv4 address (A record)",
        },
      ],
      {
        text: ipv6
          ? "Add an A record for the host, or use a host that has one: Ardent connects over IPv4 only."
          : "Check the host name; it needs a public A record.",
      },
    );
  },
});
