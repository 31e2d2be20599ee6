import ipaddr from "ipaddr.js";

/** Whether a host, as a name or an address, is this machine: such a connection does not use a network. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || (ipaddr.isValid(host) && ipaddr.parse(host).range() === "loopback");
}
