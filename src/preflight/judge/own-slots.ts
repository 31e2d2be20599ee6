import { valueIfRead } from "../facts/evidence";
import type { NamedFacts } from "../facts/named-facts";
import type { Slot } from "../facts/server";

/**
 * The slots of this deployment's own connector: those with pgstream's name, once the connector exists. They count as
 * free, and so do their WAL senders, because the connector already uses them.
 */
export function ourSlots(
  slots: readonly Slot[],
  { service, artifacts }: Pick<NamedFacts, "service" | "artifacts">,
): readonly Slot[] {
  if (valueIfRead(service)?.connector === undefined) return [];
  const ours = valueIfRead(artifacts)?.slots.filter(({ pgstream }) => pgstream) ?? [];
  const names = new Set(ours.map(({ name }) => name));
  return slots.filter(({ name }) => names.has(name));
}
