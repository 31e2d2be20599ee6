import { type Finding, SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { countWithoutIdentity, type IdentityProblem, type TableFacts } from "../facts/tables";
import { identityFix, type TableWithDecision } from "../fixes/identity-fix";
import { counted } from "../judge/counted";
import { decisionsByTable } from "../judge/decided-tables";
import { IDENTITY_PROBLEM_TEXTS } from "../judge/identity-problem-texts";
import { joinNames } from "../judge/join-names";

/**
 * Without a usable replica identity wal2json drops UPDATE and DELETE without an error anywhere.
 *
 * Excluded tables were left out when the tables were read. A decision for a partitioned table does not reach its
 * partitions: Ardent lists these, and each one without an identity needs a decision. The two other decisions only say what the user will do: Ardent
 * runs no DDL on the source, so the table fails until the user has run it.
 */
export const replicaIdentity = defineCheck({
  id: "replica-identity",
  category: "tables",
  title: "UPDATE and DELETE can be replicated for every table",
  severity: "error",
  inputs: ["replicaIdentity"],
  reads: ["tables"],
  judge: ({ request, tables }) => {
    const { judged, counts, tablesWithoutIdentity } = tables;
    const total = countWithoutIdentity(tables);
    if (total === 0) return pass(counted(judged, "table"));
    const decisions = decisionsByTable(request, tables);
    const decided = tablesWithoutIdentity.map((table): TableWithDecision => {
      const [decision] = decisions(table);
      if (decision !== undefined) return { ...table, decision };
      const isParentExcluded =
        table.partitionOf !== undefined && decisions(table.partitionOf).includes("exclude");
      return { ...table, isParentExcluded };
    });
    return fail(
      `${total} of ${counted(judged, "table")} without a usable replica identity: ${reasons(counts)}`,
      decided.slice(0, SHOWN_FINDINGS).map(findingOf),
      identityFix(decided, total),
      total,
    );
  },
});

function reasons(counts: TableFacts["counts"]): string {
  return Object.entries(IDENTITY_PROBLEM_TEXTS)
    .filter(([problem]) => counts[problem as IdentityProblem] > 0)
    .map(([problem, text]) => `${counts[problem as IdentityProblem]} ${text}`)
    .join(", ");
}

function findingOf(table: TableWithDecision): Finding {
  const {
    schema,
    partitionOf,
    inherits,
    unvalidated,
    candidateIndex,
    primaryKey,
    decision,
    problem,
    isParentExcluded,
  } = table;
  const unchosen = primaryKey ? "its primary key" : candidateIndex && `its unique index ${candidateIndex}`;
  const identity =
    unvalidated !== undefined
      ? `NOT NULL constraint ${joinNames(unvalidated)} validated`
      : unchosen && `${unchosen} as its identity`;
  const needed = {
    add_pk: "a primary key, as decided",
    replica_identity_full: "REPLICA IDENTITY FULL, as decided",
    exclude: "to be excluded",
  };
  return {
    object: `table ${schema}.${table.table}`,
    current: IDENTITY_PROBLEM_TEXTS[problem],
    needed:
      problem === "no-columns"
        ? needed.exclude
        : isParentExcluded
          ? "a decision of its own"
          : decision === undefined
            ? (identity ?? "a primary key, a decision, or FULL")
            : needed[decision],
    ...(partitionOf === undefined
      ? {}
      : {
          where: `a partition of ${partitionOf.schema}.${partitionOf.table}${isParentExcluded ? "; Ardent decides each partition" : ""}`,
        }),
    ...(inherits === undefined ? {} : { where: `inherits from ${inherits.schema}.${inherits.table}` }),
  };
}
