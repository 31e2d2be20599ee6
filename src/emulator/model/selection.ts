import type { DiscoveredTable } from "../source/discovery";

/** The decision for a table without a replica identity. */
export const decisions = ["exclude", "add_pk", "replica_identity_full"] as const;
export type Decision = (typeof decisions)[number];

/** Decisions by table path. */
export type Decisions = Readonly<Record<string, Decision>>;

/** Whether a selection includes a table; it can contain `*`, `schema.*` and `schema.table`. */
export function covers(selection: readonly string[], path: string): boolean {
  return selection.some(
    (selected) =>
      selected === "*" ||
      selected === path ||
      (selected.endsWith(".*") && path.startsWith(selected.slice(0, -1))),
  );
}

/** The selected paths that were not discovered. */
export function unknownPaths(selection: readonly string[], tables: readonly DiscoveredTable[]): string[] {
  return selection.filter(
    (selected) => selected !== "*" && !tables.some((table) => covers([selected], table.path)),
  );
}

/** The selected tables that need a decision, with their facts. */
export function identityReport(
  tables: readonly DiscoveredTable[],
  selection: readonly string[],
  decided: Decisions,
): { passed: boolean; tables: Record<string, unknown>[]; undecided: string[] } {
  const needing = tables.filter((table) => !table.hasUsableIdentity && covers(selection, table.path));
  const undecided = needing.filter((table) => decided[table.path] === undefined).map((table) => table.path);
  return {
    passed: undecided.length === 0,
    tables: needing.map((table) => ({
      table: table.path,
      reason:
        table.replicaIdentity === "nothing"
          ? "REPLICA IDENTITY NOTHING"
          : "no primary key, no usable unique index, not REPLICA IDENTITY FULL",
      decision: decided[table.path] ?? null,
    })),
    undecided,
  };
}

/**
 * The tables whose changes are followed: selected, not excluded.
 *
 * @param selection - undefined selects nothing
 */
export function isFollowed(
  path: string,
  selection: readonly string[] | undefined,
  decided: Decisions,
): boolean {
  return selection !== undefined && covers(selection, path) && decided[path] !== "exclude";
}
