import { sql } from "../../postgres/sql-text";
import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { tableFindings, tableSql } from "../judge/table-findings";

/** Changes that are not in the WAL cannot be decoded. */
export const unloggedTables = defineCheck({
  id: "unlogged-tables",
  category: "tables",
  title: "no table is unlogged",
  severity: "warning",
  reads: ["replicationCaveats"],
  judge: ({ replicationCaveats }) => {
    const { count, first } = replicationCaveats.unlogged;
    if (count === 0) return pass();
    const left = count - first.length;
    return fail(
      `${counted(count, "unlogged table")} will not be replicated`,
      tableFindings(first.slice(0, SHOWN_FINDINGS), { current: "UNLOGGED", needed: "LOGGED" }),
      {
        text: [
          "Leave scratch tables as they are; change others at a quiet time, as the owner or a superuser:",
          ...(left > 0
            ? [`${counted(left, "more table")} not listed: run preflight again after these.`]
            : []),
        ].join("\n"),
        // ALTER TABLE waits for every reader, and all other sessions then wait behind it.
        sql: [
          sql`SET lock_timeout = '5s';`,
          ...first.map((table) => sql`ALTER TABLE ${tableSql(table)} SET LOGGED;`),
        ],
        destroys:
          "access to the table while it is rewritten under an ACCESS EXCLUSIVE lock, and the write speed of an unlogged table",
      },
      count,
    );
  },
});
