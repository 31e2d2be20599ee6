import { quoteIdentifier } from "../../postgres/identifiers";
import type { Session } from "../../postgres/session";

/** Writes the runbook's grants for a role, with FOR ROLE lines for the roles that own tables today. */
export async function grantScriptText(
  session: Session,
  wanted: { role: string; database: string; schemas: readonly string[] },
): Promise<string> {
  const rows = await session.query<{ schema: string; owner: string }>(
    `SELECT DISTINCT schemaname::text AS schema, tableowner::text AS owner
       FROM pg_catalog.pg_tables WHERE schemaname = ANY ($1) ORDER BY 1, 2`,
    [wanted.schemas],
  );
  const role = quoteIdentifier(wanted.role);
  const database = quoteIdentifier(wanted.database);
  const lines = [
    `GRANT CONNECT ON DATABASE ${database} TO ${role};`,
    `GRANT CREATE ON DATABASE ${database} TO ${role};`,
  ];
  for (const name of wanted.schemas) {
    const schema = quoteIdentifier(name);
    lines.push(
      `GRANT USAGE ON SCHEMA ${schema} TO ${role};`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role};`,
      `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};`,
    );
    const owners = rows
      .filter((row) => row.schema === name)
      .map((row) => ` FOR ROLE ${quoteIdentifier(row.owner)}`);
    for (const creator of ["", ...owners]) {
      for (const kind of ["TABLES", "SEQUENCES"]) {
        lines.push(
          `ALTER DEFAULT PRIVILEGES${creator} IN SCHEMA ${schema} GRANT SELECT ON ${kind} TO ${role};`,
        );
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
