import { sql } from "../../postgres/sql-text";
import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/** The engine's event triggers call functions in PL/pgSQL, which a database may not have. */
export const plpgsql = defineCheck({
  id: "plpgsql",
  category: "server",
  title: "the database has the language plpgsql",
  severity: "error",
  reads: ["extensions"],
  judge: ({ request, extensions }) => {
    if (extensions.plpgsql) return pass();
    return fail(
      "plpgsql was dropped from this database",
      [
        {
          object: `database ${request.source.database}`,
          current: "without plpgsql",
          needed: "the extension plpgsql",
        },
      ],
      {
        text: "Install it again, as a superuser or the database's owner:",
        sql: [sql`CREATE EXTENSION IF NOT EXISTS plpgsql;`],
      },
    );
  },
});
