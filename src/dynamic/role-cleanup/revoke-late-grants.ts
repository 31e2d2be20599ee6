import { schemaGrants } from "../../access/plan";
import { revokeStatement } from "../../access/sql";
import type { Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";

/**
 * Revokes only our own grants on the current objects of the schemas; separately for each schema, because one may no
 * longer exist or be closed to the admin.
 *
 * @param place - the database and server, as text
 * @returns lines to print: the server's errors
 */
export async function revokeLateGrants(
  session: Session,
  place: string,
  role: string,
  schemas: readonly string[],
): Promise<string[]> {
  const refused: string[] = [];
  for (const schema of schemas) {
    for (const grant of schemaGrants({ name: schema, owners: [] })) {
      if (grant.kind !== "objects") continue;
      const statement = revokeStatement(grant, role);
      try {
        await session.query(statement);
      } catch (error) {
        const state = sqlState(error);
        if (state === undefined) throw error;
        if (state === SqlState.invalidSchemaName) break;
        refused.push(`Ardent: ${place}: the server rejected ${statement}`, `  ${(error as Error).message}`);
      }
    }
  }
  return refused;
}
