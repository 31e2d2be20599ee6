import { listTableOwners } from "../access/list-table-owners";
import type { TableOwner } from "../access/read-table-owners";
import { UserError } from "../errors";
import { completeSettings } from "../postgres/connection-environment";
import { type ConnectionParts, connectionSettings, refuseCleartext } from "../postgres/connection-settings";
import { parseConnectionUrl } from "../postgres/connection-url";
import { programError } from "./program-error";

/** The options of {@link getTableOwners}. */
export interface TableOwnersOptions {
  /**
   * Names of schemas, unquoted.
   * @default every schema that is neither the system's, nor an extension's, nor `pgstream`
   */
  readonly schemas?: readonly string[] | undefined;
  /**
   * Confirms plaintext connections (`sslmode=disable`) to a host that is not a loopback address.
   * @default false
   */
  readonly allowCleartext?: boolean | undefined;
  /** Aborting it closes the connection; the call is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the roles that own tables and sequences in a database, and those that can create them. Add them to the `owners`
 * of a schema, so that Ardent can read what they create later.
 *
 * The list contains the owners of at least one table or sequence, and the roles that were granted CREATE on a schema by
 * name or inherit it as members. It does not contain PUBLIC, system roles, or superusers that own nothing there.
 *
 * ```ts
 * const owners = await ardent.getTableOwners("postgres://postgres@db.example.com/shop", { schemas: ["public"] });
 * const schemas: ardent.PostgresSourceArgs["schemas"] = {
 *   public: { owners: owners.map(({ owner }) => owner) },
 * };
 * ```
 *
 * This only reads the catalog, which every user that can connect is allowed to read.
 *
 * @param connection - a URL (`postgres://user@host:5432/database`), or its parts. A missing password is taken from
 *   PGPASSWORD or ~/.pgpass, as psql does
 * @param options - which schemas
 * @returns one entry for each schema and role, by schema and role
 * @throws {pulumi.RunError} for invalid connection settings, a database that cannot be read, and for schemas that do not
 *   exist, with all of them
 */
export async function getTableOwners(
  connection: string | ConnectionParts,
  options: TableOwnersOptions = {},
): Promise<readonly TableOwner[]> {
  try {
    const settings = await completeSettings(
      typeof connection === "string"
        ? parseConnectionUrl(connection)
        : { settings: connectionSettings(connection) },
    );
    return await listTableOwners(refuseCleartext(settings, { allowed: options.allowCleartext }), options);
  } catch (error) {
    // In a program it ends the deployment; for other errors the engine also prints the fields and the stack.
    throw error instanceof UserError ? programError(error.message) : error;
  }
}
