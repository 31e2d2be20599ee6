import { say, sayNames } from "../phrase";
import type { Rule } from "./rule";

export const cleartext: Rule = {
  id: "cleartext",
  severity: "high",
  title: "Passwords and data cross the network in plain text",
  judge: (change) => {
    if (change.kind === "connection")
      return change.isCleartext && !change.wasCleartext ? say`connections to ${change.host}` : undefined;
    if (change.kind !== "source") return undefined;
    const hosts = change.after?.cleartextHosts.filter(
      (host) => !change.before?.cleartextHosts.includes(host),
    );
    return hosts === undefined || hosts.length === 0 ? undefined : say`connections to ${sayNames(hosts)}`;
  },
};
