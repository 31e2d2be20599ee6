import { readTableOwners, type TableOwner } from "../access/read-table-owners";
import type { Session } from "../postgres/session";
import { type RoleAttributes, readRoleFacts } from "../preflight/facts/role";
import { readTableFacts, type TableFacts } from "../preflight/facts/tables";

/** What the database tells of itself, from which a program is written. */
export interface SourceFacts {
  /** Who owns tables or can create them, by schema and name. */
  readonly owners: readonly TableOwner[];
  readonly tables: Pick<TableFacts, "schemas" | "judged" | "counts" | "tablesWithoutIdentity">;
  /** The role that Ardent is to log in as; undefined if there is none of that name. */
  readonly role?: Pick<RoleAttributes, "superuser">;
}

/**
 * Reads them. Every user that can connect is allowed to.
 *
 * @param role - the name of the role that Ardent is to log in as
 */
export async function readSourceFacts(session: Session, role: string): Promise<SourceFacts> {
  const { owners } = await readTableOwners(session, undefined, role);
  const tables = await readTableFacts(session, undefined, []);
  const { attributes } = await readRoleFacts(session, role, { schemas: undefined });
  return { owners, tables, ...(attributes === undefined ? {} : { role: attributes }) };
}
