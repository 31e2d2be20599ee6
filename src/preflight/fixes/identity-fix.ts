import { qualifiedName, quoteIdentifier } from "../../postgres/identifiers";
import { joinSql, type Sql, sql } from "../../postgres/sql-text";
import type { ReplicaIdentityDecision } from "../../replica-identity-decision";
import type { Fix } from "../check/check";
import { tableKey } from "../facts/table-key";
import type { TableWithoutIdentity } from "../facts/tables";
import { counted } from "../judge/counted";

/** A table without a usable replica identity, and the decision about it. */
export interface TableWithDecision extends TableWithoutIdentity {
  readonly decision?: ReplicaIdentityDecision;
  /** Whether it is a partition without a decision, and its partitioned table has the decision `exclude`. */
  readonly isParentExcluded?: boolean;
}

/**
 * The fix that gives tables a replica identity.
 *
 * The statement for a table is the cheapest that works: it uses an existing key or unique index. Tables that have neither
 * need FULL, which is commented out unless the user decided for it. For the decision `add_pk` the text says how to add a
 * primary key, because only the user knows its columns. Partitions that are meant to be excluded get no statement: the
 * text has their decisions.
 *
 * @param total - the total number of such tables
 */
export function identityFix(all: readonly TableWithDecision[], total = all.length): Fix {
  const partitions = all.filter(({ isParentExcluded }) => isParentExcluded);
  const others = all.filter(({ isParentExcluded }) => !isParentExcluded);
  const tables = others.filter(({ problem }) => problem !== "no-columns");
  const keys = tables.filter((table) => needsNewKey(table));
  const undecided = tables.filter((table) => table.decision === undefined && !hasKey(table));
  const statements = tables.filter((table) => !needsNewKey(table)).map(identityStatement);
  const left = total - all.length;
  return {
    text: [
      ...(tables.length < others.length ? [WITHOUT_COLUMNS] : []),
      ...(keys.length > 0 ? [addKeyText(keys)] : []),
      ...(undecided.length > 0 ? [CHOICES] : []),
      ...(partitions.length > 0 ? [excludePartitionsText(partitions)] : []),
      ...(statements.length > 0
        ? ["As the tables' owner or a superuser; each statement takes a short lock on its table:"]
        : []),
      ...(left > 0 ? [`${counted(left, "more table")} not listed: run preflight again after these.`] : []),
    ].join("\n"),
    // ALTER TABLE … REPLICA IDENTITY waits for every reader, and all other sessions then wait behind it.
    sql: statements.length > 0 ? [sql`SET lock_timeout = '5s';`, ...statements] : [],
    ...(undecided.length === 0 ? {} : { destroys: FULL_COST, destructive: undecided.map(identityStatement) }),
    effect: "none",
  };
}

const WITHOUT_COLUMNS =
  "Rows of a table without columns cannot be distinguished: exclude it (decision `exclude`), or give it a primary key.";

const CHOICES =
  "A table without a key can be excluded (decision `exclude`), get a primary key (`add_pk`), or use FULL (`replica_identity_full`): no key to maintain, but more WAL for every UPDATE and DELETE.";

const FULL_COST = "disk space: each UPDATE and DELETE of these tables then writes the whole old row to WAL";

/** The keys are written as in JSON, so that they can be pasted into a program and into a file. */
function excludePartitionsText(partitions: readonly TableWithDecision[]): string {
  const keys = partitions.map((table) => `${JSON.stringify(tableKey(table))}: "exclude"`);
  return `A decision for a partitioned table does not count for its partitions. To exclude them, add to the decisions (\`replicaIdentity\`):\n${keys.join(",\n")}`;
}

function addKeyText(tables: readonly TableWithDecision[]): string {
  const [first] = tables;
  const example = first === undefined ? "" : qualifiedName(first.schema, first.table);
  return `For the decided primary key, first run CREATE UNIQUE INDEX CONCURRENTLY on its NOT NULL columns, outside a transaction, then ALTER TABLE ${example} ADD PRIMARY KEY USING INDEX with that index.`;
}

function identityStatement(table: TableWithDecision): Sql {
  const name = qualifiedName(table.schema, table.table);
  if (validates(table))
    return sql`ALTER TABLE ${name} ${joinSql(
      table.unvalidated.map((constraint) => sql`VALIDATE CONSTRAINT ${quoteIdentifier(constraint)}`),
      ", ",
    )};`;
  return sql`ALTER TABLE ${name} REPLICA IDENTITY ${identityOf(table)};`;
}

/** Whether the index that is the table's identity becomes usable once its columns contain no NULL. */
function validates(
  table: TableWithDecision,
): table is TableWithDecision & { readonly unvalidated: readonly string[] } {
  return table.unvalidated !== undefined && table.decision !== "replica_identity_full";
}

function identityOf({ decision, primaryKey, candidateIndex }: TableWithDecision): Sql {
  if (decision === "replica_identity_full") return sql`FULL`;
  if (primaryKey) return sql`DEFAULT`;
  return candidateIndex === undefined ? sql`FULL` : sql`USING INDEX ${quoteIdentifier(candidateIndex)}`;
}

function needsNewKey(table: TableWithDecision): boolean {
  return table.decision === "add_pk" && !hasKey(table);
}

function hasKey({ primaryKey, candidateIndex, unvalidated }: TableWithoutIdentity): boolean {
  return primaryKey || candidateIndex !== undefined || unvalidated !== undefined;
}
