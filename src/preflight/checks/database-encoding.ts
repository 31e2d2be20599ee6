import type { Check } from "../check";
import { fail, notRead, pass } from "../verdict";

/** In a database with SQL_ASCII Postgres takes any bytes as text; what is not UTF-8 cannot be sent on as text. */
export const databaseEncoding: Check = {
  id: "database-encoding",
  category: "server",
  title: "the database has an encoding",
  severity: "warning",
  run: ({ request, facts: { server } }) => {
    if (server.kind !== "read") return notRead(server);
    const encoding = server.value.settings.server_encoding?.value;
    if (encoding !== "SQL_ASCII") return pass(encoding);
    return fail(
      "the encoding is SQL_ASCII: any bytes are stored as text, and what is not UTF-8 cannot be copied",
      [{ object: `database ${request.source.database}`, current: "SQL_ASCII", needed: "UTF8" }],
      {
        text: "Make sure that all text is UTF-8, or move the data: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, then pg_dump --encoding with the encoding that the text is in, and restore.",
      },
    );
  },
};
