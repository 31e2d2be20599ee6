import { schemaGrants } from "../../access/plan";
import { revokeStatement } from "../../access/sql";
import type { Session } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";

/**
 * Revokes our grants on what is in the schemas by now, and nothing else; schema by schema, since one that is gone or
 * closed to the admin says nothing about the next.
 *
 * @returns lines to print: what the server refused
 */
export async function revokeLateGrants(
  session: Session,
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
        refused.push(`Ardent: the server rejected ${statement}`, `  ${(error as Error).message}`);
      }
    }
  }
  return refused;
}
