import type { ReplicaIdentityDecision } from "../../replica-identity-decision";
import type { TableName } from "../facts/table-key";
import type { TableFacts } from "../facts/tables";
import type { PreflightRequest } from "../request";

/**
 * The decisions about a table: none, one, or several if different keys mean the same table.
 *
 * @returns each decision once, in the order of the request
 */
export function decisionsByTable(
  request: PreflightRequest,
  { decisions }: TableFacts,
): (table: TableName) => readonly ReplicaIdentityDecision[] {
  const found = new Map<string, Set<ReplicaIdentityDecision>>();
  for (const { key, tables } of decisions) {
    const decision = request.decisions[key];
    if (decision === undefined) continue;
    for (const table of tables)
      found.set(nameOf(table), (found.get(nameOf(table)) ?? new Set()).add(decision));
  }
  return (table) => [...(found.get(nameOf(table)) ?? [])];
}

/** A unique key for a table, for all possible names. */
function nameOf({ schema, table }: TableName): string {
  return JSON.stringify([schema, table]);
}
