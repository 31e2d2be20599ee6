/** Where the server's files are. */
export const DATA = "/var/lib/postgresql/data";

/** Statements in the database `shop`, which belongs to the superuser, each in a session of its own. */
export function inShop(...statements) {
  return [["postgres", "CREATE DATABASE shop"], ...statements.map((sql) => ["shop", sql])];
}
