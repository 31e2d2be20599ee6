/**
 * The search_path of all our sessions. An unqualified function, operator or table is then found in the catalog. With the
 * server's own setting, a role that can create functions in `public` could add one whose argument types fit better, and
 * it would run as the user of this session, often a superuser.
 *
 * `pg_temp` has to be listed: otherwise it is searched first for tables.
 *
 * @see https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS and CVE-2018-1058
 */
export const SAFE_SEARCH_PATH = "pg_catalog, pg_temp";

/** The same as a startup option, which applies before anything runs, even login event triggers. */
export const SAFE_STARTUP_OPTIONS = "-c search_path=pg_catalog,\\ pg_temp";
