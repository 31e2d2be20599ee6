import { isSelected, tablePath } from "../../ardent/paths";
import { UserError } from "../../errors";
import { tablesNamedBy } from "../../preflight/facts/table-key";
import { joinNames } from "../../preflight/judge/join-names";
import { DECISION_MEANINGS, type ReplicaIdentityDecision } from "../../replica-identity-decision";

/** The decisions to send to the service. */
export interface ToldDecisions {
  /** By the table's path at the service. */
  readonly told: Record<string, ReplicaIdentityDecision>;
  /** The keys, as the user wrote them, that were not used: no selected table needs the decision, or is excluded by it. */
  readonly unused: readonly string[];
}

/**
 * The decisions to send to the service: exactly one for each selected table that needs one, and one for each other
 * selected table that is excluded. A table with a usable identity can be excluded for other reasons, and one that was
 * excluded before it got a key stays excluded.
 *
 * @param tables - those without a usable replica identity, as paths; undefined if the service does not say, and then
 *   every decision is sent
 * @param discovered - every table that the service knows, as paths
 * @param decisions - by `schema.table`, quoted as in SQL or not, as preflight takes them
 * @throws UserError that names every table without a decision or with several, and the choices
 */
export function decisionsFor(
  tables: readonly string[] | undefined,
  selection: readonly string[],
  decisions: Readonly<Record<string, ReplicaIdentityDecision>>,
  discovered: readonly string[] = [],
): ToldDecisions {
  const keys = Object.keys(decisions);
  const excluded = new Set(keys.filter((key) => decisions[key] === "exclude").flatMap(pathsOf));
  const decided =
    tables === undefined
      ? [...new Set(keys.map(writtenPath))]
      : [...new Set([...tables, ...discovered.filter((table) => excluded.has(table))])].filter((table) =>
          isSelected(selection, table),
        );
  const keysOf = new Map(decided.map((path) => [path, keys.filter((key) => pathsOf(key).includes(path))]));
  const problems = decided.flatMap((path) => problemOf(path, keysOf.get(path) ?? [], decisions));
  if (problems.length > 0)
    throw new UserError("Some tables cannot be replicated without a decision", problems);
  const used = new Set([...keysOf.values()].flat());
  return {
    told: Object.fromEntries(
      [...keysOf].map(([path, [key]]) => [path, decisions[key as string] as ReplicaIdentityDecision]),
    ),
    unused: keys.filter((key) => !used.has(key)),
  };
}

/** The path of the table that a key names; quoted names are read as in SQL. */
function writtenPath(key: string): string {
  const [table] = tablesNamedBy(key);
  return table === undefined ? key : tablePath(table.schema, table.table);
}

/** Every path that a key can name. */
function pathsOf(key: string): readonly string[] {
  return [key, ...tablesNamedBy(key).map(({ schema, table }) => tablePath(schema, table))];
}

function problemOf(
  path: string,
  keys: readonly string[],
  decisions: Readonly<Record<string, ReplicaIdentityDecision>>,
) {
  const chosen = new Set(keys.map((key) => decisions[key]));
  if (chosen.size === 1) return [];
  const choices = Object.entries(DECISION_MEANINGS).map(
    ([decision, meaning]) => `"${decision}" (${meaning})`,
  );
  if (chosen.size > 1)
    return [
      {
        object: path,
        what: `has several decisions: ${joinNames(keys.map((key) => `${key} says "${decisions[key]}"`))}`,
        fix: "keep only one of them in `decisions` (`replicaIdentity` of a PostgresSource)",
      },
    ];
  return [
    {
      object: path,
      what: "has no usable replica identity (primary key, unique index over NOT NULL columns, or FULL), and no decision",
      fix: `add "${path}" to \`decisions\` (\`replicaIdentity\` of a PostgresSource): ${choices.join(", ")}`,
    },
  ];
}
