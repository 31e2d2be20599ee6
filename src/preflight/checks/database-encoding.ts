import { defineCheck } from "../check/define-check";
import { fail, pass } from "../check/verdict";

/**
 * wal2json writes text as it is stored, and the server does not convert the output of a plugin: a reader of JSON takes
 * it for UTF-8. With SQL_ASCII Postgres accepts any bytes as text, which may be valid UTF-8.
 */
export const databaseEncoding = defineCheck({
  id: "database-encoding",
  category: "server",
  title: "text is stored as UTF-8",
  severity: "error",
  reads: ["server"],
  judge: ({ request, server }) => {
    const encoding = server.settings.server_encoding?.value;
    if (encoding === undefined || encoding === "UTF8") return pass(encoding);
    const findings = [{ object: `database ${request.source.database}`, current: encoding, needed: "UTF8" }];
    if (encoding === "SQL_ASCII")
      return {
        ...fail(
          "the encoding is SQL_ASCII: it accepts any bytes as text, and text that is not UTF-8 cannot be copied",
          findings,
          {
            text: `Make sure that all text is valid UTF-8, or move the data: ${MOVE} with the encoding that the text is in, and restore.`,
          },
        ),
        severity: "warning",
      };
    return fail(
      `the encoding is ${encoding}: wal2json streams text as stored, so non-ASCII characters arrive corrupted`,
      findings,
      { text: `Move the data into a database with UTF8: ${MOVE}=UTF8, and restore.` },
    );
  },
});

const MOVE = "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, then pg_dump --encoding";
