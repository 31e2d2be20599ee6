import { UserError } from "../errors";

/**
 * Writes a name as a quoted SQL identifier.
 *
 * Always quoted: which words are keywords depends on the server's version, and an unquoted name loses its capitals.
 *
 * @param name - the name as the catalogue has it, such as `Order "2024"`
 * @throws {UserError} when no object can have that name: it is empty or holds the character NUL
 */
export function quoteIdentifier(name: string): string {
  if (name === "") throw notAName("it is empty");
  if (name.includes("\0")) throw notAName("it holds the character NUL");
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Writes text as an SQL literal that means the same whatever `standard_conforming_strings` says.
 *
 * For statements that take no parameters (DDL, the replication protocol) and for scripts; elsewhere use parameters.
 *
 * @throws {UserError} when the text holds the character NUL, which Postgres cannot store
 */
export function quoteLiteral(text: string): string {
  if (text.includes("\0")) throw notAName("it holds the character NUL");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** Writes `"schema"."name"`, both parts quoted. */
export function qualifiedName(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function notAName(why: string): UserError {
  return new UserError("This cannot be written in SQL", [{ what: `Postgres has no such name: ${why}` }]);
}
