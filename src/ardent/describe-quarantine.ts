import { printableValue } from "../printable-text";
import type { Quarantine } from "./schemas";
import { maskSecrets } from "./secrets";

/** Describes a paused part of a replication: `q_1 (orders stream): a row is too large; tables a, b`. */
export function describeQuarantine({ id, deployment_name, message, tables }: Quarantine): string {
  const name = deployment_name ? ` (${deployment_name})` : "";
  const what = [message, tables && tables.length > 0 ? `tables ${tables.join(", ")}` : undefined].filter(
    Boolean,
  );
  return printableValue(maskSecrets(`${id}${name}${what.length === 0 ? "" : `: ${what.join("; ")}`}`, []));
}
