import { UserError } from "../errors";
import type { ConnectionSettings } from "../postgres/connection-settings";
import { withReadingSession } from "../postgres/reading-session";
import { readTableOwners, type TableOwner } from "./read-table-owners";

/**
 * Lists which roles own tables and sequences, and which can create them.
 *
 * @param settings - a connection whose settings are complete
 * @param options - which schemas
 * @throws {UserError} for a database that cannot be read, and for schemas that do not exist, with all of them
 */
export async function listTableOwners(
  settings: ConnectionSettings,
  { schemas, signal }: { readonly schemas?: readonly string[]; readonly signal?: AbortSignal },
): Promise<readonly TableOwner[]> {
  const { owners, missing } = await withReadingSession(
    settings,
    { applicationName: "pulumi-ardent owners", ...(signal === undefined ? {} : { signal }) },
    (session) => readTableOwners(session, schemas),
  );
  if (missing.length > 0)
    throw new UserError(
      "The owners cannot be listed",
      missing.map((name) => ({ what: `database "${settings.database}" has no such schema`, object: name })),
    );
  return owners.map(
    ({ defaultTables: _tables, defaultSequences: _sequences, createsAsMemberOf: _groups, ...owner }) => owner,
  );
}
