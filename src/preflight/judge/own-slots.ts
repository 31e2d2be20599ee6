import type { Facts } from "../facts/facts";
import type { Slot } from "../facts/server";

/**
 * The slots of this deployment's own connector: those that pgstream named, once the connector exists. They count as
 * free, and so do their senders: what is ours is not in our way.
 */
export function ourSlots({ service, artifacts, server }: Facts): readonly Slot[] {
  const connected = service.kind === "read" && service.value.connector !== undefined;
  if (!connected || artifacts.kind !== "read" || server.kind !== "read") return [];
  const names = new Set(artifacts.value.slots.filter(({ pgstream }) => pgstream).map(({ name }) => name));
  return server.value.slots.filter(({ name }) => names.has(name));
}
