import { type Finding, SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { COUNTED_LARGE_OBJECTS, type ReplicationCaveats } from "../facts/replication-caveats";
import { counted } from "../judge/counted";
import { tableFindings } from "../judge/table-findings";

/** Logical decoding covers only tables: foreign tables, materialized views and large objects are not replicated. */
export const notReplicated = defineCheck({
  id: "not-replicated",
  category: "tables",
  title: "the schemas contain only what can be replicated",
  severity: "warning",
  reads: ["replicationCaveats"],
  judge: ({ replicationCaveats }) => {
    const { foreignTables, materializedViews, largeObjects } = replicationCaveats;
    const kinds = [
      ...(foreignTables.count > 0 ? [counted(foreignTables.count, "foreign table")] : []),
      ...(materializedViews.count > 0 ? [counted(materializedViews.count, "materialized view")] : []),
      ...(largeObjects > 0 ? [largeObjectsText(largeObjects)] : []),
    ];
    if (kinds.length === 0) return pass();
    return fail(
      `${kinds.join(", ")} will not be replicated`,
      findingsOf(replicationCaveats),
      { text: adviceOn(replicationCaveats).join("\n") },
      foreignTables.count + materializedViews.count + (largeObjects > 0 ? 1 : 0),
    );
  },
});

/** The first few of each kind, so that one kind does not hide the others. */
function findingsOf({ foreignTables, materializedViews, largeObjects }: ReplicationCaveats): Finding[] {
  const objects = largeObjects > 0 ? [{ object: largeObjectsText(largeObjects) }] : [];
  const views = tableFindings(materializedViews.first, {}, "materialized view");
  const tables = tableFindings(foreignTables.first, {}, "foreign table");
  const room = SHOWN_FINDINGS - objects.length;
  const shownViews = views.slice(0, Math.max(Math.floor(room / 2), room - tables.length));
  return [...tables.slice(0, room - shownViews.length), ...shownViews, ...objects];
}

function adviceOn({ foreignTables, materializedViews, largeObjects }: ReplicationCaveats): string[] {
  return [
    "No action is needed if branches do not need them.",
    ...(foreignTables.count > 0
      ? ["Foreign tables: their rows are stored elsewhere; copy them into a table of this database."]
      : []),
    ...(materializedViews.count > 0 ? ["Materialized views: REFRESH MATERIALIZED VIEW in the branch."] : []),
    ...(largeObjects > 0 ? ["Large objects: keep them in bytea columns."] : []),
  ];
}

function largeObjectsText(count: number): string {
  return count < COUNTED_LARGE_OBJECTS ? counted(count, "large object") : `${count} or more large objects`;
}
