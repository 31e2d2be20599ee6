import { qualifiedName } from "../../postgres/identifiers";
import type { Finding } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import type { DecisionKey } from "../facts/tables";
import { counted } from "../judge/counted";
import { decisionsByTable } from "../judge/decided-tables";
import { joinNames } from "../judge/join-names";

/**
 * A decision for a table that does not exist has no effect, and one that can mean two tables may apply to the wrong one.
 * A missing table can still be created later, so that is only a warning. Ardent decides each partition, so a decision for
 * a partitioned table has no effect either.
 */
export const tableDecisions = defineCheck({
  id: "table-decisions",
  category: "tables",
  title: "each replica identity decision matches one table",
  severity: "error",
  inputs: ["replicaIdentity"],
  reads: ["tables"],
  judge: ({ request, tables }) => {
    const { decisions } = tables;
    const unknown = decisions.filter(({ tables }) => tables.length === 0);
    const several = decisions.filter(({ tables }) => tables.length > 1);
    const decisionsOf = decisionsByTable(request, tables);
    const contradictory = decisions.filter(
      ({ tables: [table, ...others] }) =>
        table !== undefined && others.length === 0 && decisionsOf(table).length > 1,
    );
    const partitioned = decisions.filter(
      ({ tables: [table, ...others] }) => others.length === 0 && table?.partitioned,
    );
    const findings = [
      ...several.map(ambiguous),
      ...contradictory.map(({ key, tables }) => ({
        object: `decision ${key}`,
        current: `one of several decisions on ${tables.map(sqlName).join(", ")}`,
        needed: "one decision",
      })),
      ...unknown.map(({ key }) => ({
        object: `decision ${key}`,
        current: "no such table",
        needed: "the name of a table, as schema.table",
      })),
      ...partitioned.map(({ key }) => ({
        object: `decision ${key}`,
        current: "names a partitioned table, which has no effect",
        needed: "a decision for each partition",
      })),
    ];
    if (findings.length === 0) return pass(counted(decisions.length, "decision"));
    const verdict = fail(
      `${findings.length} of ${counted(decisions.length, "decision")} not matching exactly one table`,
      findings,
      {
        text: 'Correct the name, or remove the decision. Put a name that contains a dot in double quotes: "a.b".c is table c of schema a.b. Ardent decides each partition: name the partitions instead of the partitioned table.',
      },
    );
    return several.length + contradictory.length === 0 ? { ...verdict, severity: "warning" } : verdict;
  },
});

function ambiguous({ key, tables }: DecisionKey): Finding {
  const names = tables.map(sqlName);
  return {
    object: `decision ${key}`,
    current: `may mean ${joinNames(names)}`,
    needed: "quotes to make it unambiguous",
  };
}

function sqlName({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return qualifiedName(schema, table);
}
