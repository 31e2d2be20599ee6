import { createHash } from "node:crypto";
import { type Sql, sql } from "./sql-text";

/** What keeps a name in a statement from meaning a function or an operator that somebody planted. */
export const PIN_SEARCH_PATH = sql`SET search_path = pg_catalog, pg_temp;`;

/**
 * What the database, the role or the server sets for a session and would stop a script at its first statement:
 * read-only transactions, time limits (transaction_timeout: 17+), and for a superuser to run as another role. An
 * administrator without SUPERUSER may need that role, and keeps it.
 *
 * Plain statements, one a line: a database can do without PL/pgSQL.
 */
const UNHINDERED: readonly Sql[] = [
  sql`SET default_transaction_read_only = off;`,
  sql`SET statement_timeout = 0;`,
  sql`SELECT pg_catalog.set_config(name, '0', false) AS transaction_timeout FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';`,
  sql`SELECT pg_catalog.set_config('role', 'none', false) AS role FROM pg_catalog.pg_roles WHERE rolname = session_user AND rolsuper;`,
];

/** The statements with which each script begins. */
export const SCRIPT_HEAD: readonly Sql[] = [PIN_SEARCH_PATH, ...UNHINDERED];

/**
 * Makes a script for `psql -f` of statements and comments: it stops at the first error, and psql obeys no command in it.
 *
 * psql knows \restrict from the minor releases of August 2025 on; an older one says "invalid command" and runs the
 * rest. That takes two lines: what ON_ERROR_STOP is set to counts from the next line on, and after \restrict nothing
 * can be set any more. There is no \unrestrict, at which an older psql would stop.
 *
 * @param body - statements and comments, no commands of psql
 * @see https://www.postgresql.org/docs/current/app-psql.html
 */
export function psqlScript(body: string): string {
  // What stands in the body cannot know the hash of the body. A random word would make every script look changed.
  const token = createHash("sha256").update(body).digest("hex").slice(0, 32);
  return [
    `-- For psql -f. From here on a psql that knows \\restrict accepts no meta-commands (\\!, \\copy …); an`,
    `-- older psql says "invalid command \\restrict" and continues. Pasted: \\unrestrict ${token} ends it.`,
    "\\encoding UTF8",
    "\\set ON_ERROR_STOP off",
    `\\set ON_ERROR_STOP on \\restrict ${token}`,
    ...SCRIPT_HEAD,
    "",
    body,
  ].join("\n");
}
