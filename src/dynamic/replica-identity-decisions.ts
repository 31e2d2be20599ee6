import { isSelected } from "../ardent/paths";
import { DECISIONS, type Decision } from "../ardent/replica-identity";
import { UserError } from "../errors";

/**
 * The decisions to tell the service: one for each selected table that needs one, no other.
 *
 * @param tables - those without a usable replica identity; undefined when the service does not say, and then every
 *   decision is told
 * @throws UserError that names every table without a decision, and the choices
 */
export function decisionsFor(
  tables: readonly string[] | undefined,
  selection: readonly string[],
  decisions: Readonly<Record<string, Decision>>,
): Record<string, Decision> {
  if (tables === undefined) return { ...decisions };
  const needed = tables.filter((table) => isSelected(selection, table));
  const undecided = needed.filter((table) => !Object.hasOwn(decisions, table));
  if (undecided.length > 0) throw missingDecisions(undecided);
  return Object.fromEntries(needed.map((table) => [table, decisions[table] as Decision]));
}

function missingDecisions(tables: readonly string[]): UserError {
  const choices = Object.entries(DECISIONS).map(([decision, meaning]) => `"${decision}" (${meaning})`);
  return new UserError("Some tables cannot be replicated as they are", [
    ...tables.map((table) => ({
      object: table,
      what: "has no usable replica identity (primary key, unique index over NOT NULL columns, or FULL), and no decision",
      fix: `add "${table}" to \`decisions\` (\`replicaIdentity\` of a PostgresSource): ${choices.join(", ")}`,
    })),
  ]);
}
