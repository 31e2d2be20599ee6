import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, judgeRead, pass, skippedFor } from "../check/verdict";

/**
 * Preflight reads pg_hba.conf from the disk, but the server uses what it loaded last: a line that was added later has no
 * effect yet.
 */
export const hbaLoaded = defineCheck({
  id: "hba-loaded",
  category: "access-rules",
  title: "the loaded pg_hba.conf matches the file",
  severity: "error",
  reads: ["hba"],
  judge: ({ hba: { files, rules } }) =>
    judgeRead(files, ({ loadedAt, files }) => {
      // A reload would fail and load nothing.
      if (rules.some(({ type }) => type === null)) return skippedFor("config-files");
      const changed = files.filter(({ newerThanLoaded }) => newerThanLoaded);
      if (changed.length === 0) return pass();
      return fail(
        "pg_hba.conf was changed but not reloaded",
        changed.map(({ path, modifiedAt }) => ({
          object: path,
          current: `changed ${modifiedAt}, loaded ${loadedAt}`,
          needed: "a reload",
        })),
        { text: "Reload it:", sql: [sql`SELECT pg_catalog.pg_reload_conf();`] },
      );
    }),
});
