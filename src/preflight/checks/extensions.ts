import { SHOWN_FINDINGS } from "../check/check";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";
import { counted } from "../judge/counted";
import { joinNames } from "../judge/join-names";

/**
 * It is unknown which extensions the server of a branch offers, so extensions are listed but not judged. Rows in tables
 * of extensions are judged: CREATE EXTENSION creates these tables without the user's rows.
 */
export const extensions = defineCheck({
  id: "extensions",
  category: "tables",
  title: "no extension's table contains rows of yours",
  severity: "warning",
  reads: ["extensions"],
  judge: ({ extensions }) => {
    const { installed, tablesWithRows, mixedTables } = extensions;
    const { count, first } = tablesWithRows;
    const mixed = mixedTables.first.map(({ schema, table }) => `${schema}.${table}`);
    const named =
      mixed.length === 0 ? [] : [`rows that you added to ${joinNames(mixed)} cannot be distinguished`];
    if (count === 0)
      return pass(
        installed.length === 0
          ? undefined
          : [
              `needed on a branch too: ${joinNames(installed.map(({ name, version }) => `${name} ${version}`))}`,
              ...named,
            ].join("; "),
      );
    return fail(
      [`${counted(count, "table")} of extensions with rows that a branch may lack`, ...named].join("; "),
      first.slice(0, SHOWN_FINDINGS).map(({ schema, table, extension }) => ({
        object: `table ${schema}.${table}`,
        current: `belongs to extension ${extension} and contains rows`,
        needed: "to be separate from the extension, or the decision exclude",
      })),
      {
        text: "If the table is yours and was added to an extension, remove it from the extension with ALTER EXTENSION … DROP TABLE …. If the rows belong to the extension, exclude the table (decision `exclude`), and add them in the branch.",
      },
      count,
    );
  },
});
