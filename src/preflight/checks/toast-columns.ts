import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { tableFindings } from "../judge/table-findings";

/**
 * wal2json omits a large value from the new row if an UPDATE did not change it. The engine sets only the columns that it
 * receives, so the copy keeps the value: the check only mentions this. With REPLICA IDENTITY FULL, each UPDATE and DELETE
 * writes all large values of the old row into the WAL: the check warns of this.
 */
export const toastColumns = defineCheck({
  id: "toast-columns",
  category: "tables",
  title: "no UPDATE writes unchanged large values into the WAL",
  severity: "warning",
  inputs: ["replicaIdentity"],
  reads: ["columns"],
  judge: ({ columns }) => {
    const { partial, full } = columns.toasted;
    if (full.count === 0)
      return pass(
        partial.count === 0
          ? undefined
          : `${counted(partial.count, "table")} with large values, which an UPDATE omits when it does not change them`,
      );
    return fail(
      `${counted(full.count, "table")} with large values and REPLICA IDENTITY FULL`,
      tableFindings(full.first.slice(0, SHOWN_FINDINGS), {
        current: "large values under REPLICA IDENTITY FULL",
        needed: "a primary key as its identity",
      }),
      {
        text: "Give the table a primary key, then ALTER TABLE … REPLICA IDENTITY DEFAULT. No action is needed if its rows rarely change.",
      },
      full.count,
    );
  },
});
