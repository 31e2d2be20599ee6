/**
 * What every session of ours searches. An unqualified function, operator or table is then the catalog's: with the
 * server's own setting, who may create functions in `public` could plant one whose argument types fit better, and it
 * would run as the user of this session, often a superuser.
 *
 * `pg_temp` has to be named: where it is not, it comes first for tables.
 *
 * @see https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS and CVE-2018-1058
 */
export const SAFE_SEARCH_PATH = "pg_catalog, pg_temp";

/** The same as a startup option, which holds before anything runs, login event triggers included. */
export const SAFE_STARTUP_OPTIONS = "-c search_path=pg_catalog,\\ pg_temp";
