import { readDirectGrants } from "../../access/read-direct-grants";
import { readRoleDependencies } from "../../access/read-role-dependencies";
import { revokeStatement } from "../../access/sql";
import { quoteIdentifier } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";
import { sql } from "../../postgres/sql-text";
import { revokeLateGrants } from "./revoke-late-grants";

/**
 * Prepares a role for DROP ROLE after another one has replaced it: the objects that it owns, such as Ardent's schema
 * `pgstream`, get the new role as their owner, and its grants in the schemas are revoked, default privileges first, so
 * that no table that is created meanwhile has a grant for it.
 *
 * @param from - the role that will be dropped; it does not have to exist
 * @param to - the role that the deployment has just created
 * @param place - the database and server, as text
 * @returns lines to print: the server's errors
 */
export async function handOver(
  session: Session,
  place: string,
  from: string,
  to: string,
  schemas: readonly string[],
): Promise<string[]> {
  const dependencies = await readRoleDependencies(session, from);
  if (dependencies === undefined) return [];
  const { defaults } = await readDirectGrants(session, from, schemas);
  for (const { schema, owner, objectType } of defaults)
    await session.query(
      revokeStatement({ kind: "default", schema, owner, objectType, privileges: ["SELECT"] }, from),
    );
  const refused = await revokeLateGrants(session, place, from, schemas);
  if (dependencies.here.owns)
    await session.query(sql`REASSIGN OWNED BY ${quoteIdentifier(from)} TO ${quoteIdentifier(to)};`);
  return refused;
}
