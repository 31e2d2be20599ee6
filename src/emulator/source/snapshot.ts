import { qualifiedName } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";
import type { DiscoveredTable } from "./discovery";

/**
 * Reads every table once, all in one consistent view of the database.
 *
 * @param onTable - called after each table; throws to stop
 * @returns the number of rows by table path
 */
export async function readSnapshot(
  session: Session,
  tables: readonly DiscoveredTable[],
  onTable: (done: number) => void,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  await session.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  for (const table of tables) {
    // ONLY: what inherits from a table, or is a partition of it, is a table of its own in the list.
    const [row] = await session.query<{ count: string }>(
      `SELECT count(*) FROM ONLY ${qualifiedName(table.schema, table.name)}`,
    );
    counts.set(table.path, Number(row?.count));
    onTable(counts.size);
  }
  await session.query("COMMIT");
  return counts;
}
