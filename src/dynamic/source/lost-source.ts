import type { ConnectionSettings } from "../../postgres/connection-settings";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { withBriefSession } from "./brief-session";

/**
 * What is missing on a server, so that Ardent can no longer log in to a source: the database was dropped or renamed, or
 * the address belongs to another server now.
 *
 * @param settings - the admin's
 * @param role - that Ardent logs in as
 * @returns undefined if both exist, or that is unknown
 */
export async function lostPart(
  settings: ConnectionSettings,
  role: string,
): Promise<"database" | "role" | undefined> {
  try {
    return await withBriefSession(settings, async (session) => {
      const found = await session.query("SELECT FROM pg_catalog.pg_roles WHERE rolname::text = $1", [role]);
      return found.length === 0 ? "role" : undefined;
    });
  } catch (error) {
    return sqlState(error) === SqlState.invalidCatalogName ? "database" : undefined;
  }
}
