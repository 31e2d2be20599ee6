import { createHash } from "node:crypto";
import { type Sql, sql } from "./sql-text";

/** Prevents a name in a statement from meaning a function or an operator that another role has added. */
export const PIN_SEARCH_PATH = sql`SET search_path = pg_catalog, pg_temp;`;

/**
 * Resets settings of the database, the role or the server that could stop a script at its first statement: read-only
 * transactions, time limits (transaction_timeout: 17+), and, for a superuser, running as another role. An administrator
 * without SUPERUSER may need that role, and keeps it.
 *
 * These are plain statements, one per line, because a database may not have PL/pgSQL.
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
 * Makes a script for `psql -f` from statements and comments: it stops at the first error, and psql runs no meta-commands
 * in it.
 *
 * psql has \restrict since the minor releases of August 2025; an older one prints "invalid command" and runs the rest.
 * This takes two lines: a new value of ON_ERROR_STOP takes effect on the next line, and after \restrict it cannot be
 * set. There is no \unrestrict at the end, because an older psql would stop there.
 *
 * @param body - statements and comments, no commands of psql
 * @see https://www.postgresql.org/docs/current/app-psql.html
 */
export function psqlScript(body: string): string {
  // The body cannot contain its own hash, so it cannot fake this token. A random one would make every script differ.
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
