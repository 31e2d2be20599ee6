import ipaddr from "ipaddr.js";

/** Whether a host, as a name or an address, is the machine itself: what goes there crosses no network. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || (ipaddr.isValid(host) && ipaddr.parse(host).range() === "loopback");
}
