import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";

/**
 * The engine decodes the types that it knows, and its own check flags the others. It is not documented what it does with
 * such a column, so this is a warning.
 */
export const columnTypes = defineCheck({
  id: "column-types",
  category: "tables",
  title: "Ardent's engine can decode the type of every column",
  severity: "warning",
  reads: ["columns"],
  judge: ({ columns }) => {
    const { count, first } = columns.undecoded;
    if (count === 0) return pass();
    return fail(
      `${counted(count, "column")} of a type that Ardent's engine cannot decode`,
      first.slice(0, SHOWN_FINDINGS).map(({ schema, table, column, type }) => ({
        object: `column ${schema}.${table}.${column}`,
        current: `type ${type}`,
        needed: "a type that the engine can decode, or the decision exclude for the table",
      })),
      {
        text: "Leave the table out (decision `exclude`), or change the column's type: money to numeric, citext to text, timetz to time, a composite type to jsonb. That rewrites the table.",
      },
      count,
    );
  },
});
