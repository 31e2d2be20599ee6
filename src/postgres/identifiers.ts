import { UserError } from "../errors";
import { LOG_COMMAND, UNPRINTABLE } from "../printable";
import { joinSql, type Sql } from "./sql-text";

/** The maximum length of a name in bytes (NAMEDATALEN - 1): the server truncates a longer one without an error. */
export const MAX_NAME_BYTES = 63;

/**
 * Says why no object of Postgres can have a name; undefined if the name is valid.
 *
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "the name is empty";
  if (name.includes("\0")) return "contains a NUL character";
  const bytes = Buffer.byteLength(name);
  if (bytes <= MAX_NAME_BYTES) return undefined;
  return `is ${bytes} bytes long; Postgres limits names to ${MAX_NAME_BYTES} bytes`;
}

/**
 * Writes a name as a quoted SQL identifier.
 *
 * It is always quoted, because the keywords depend on the server's version, and an unquoted name loses its capitals.
 * Invisible characters are written as Unicode escapes (`U&"line\000Abreak"`), which name the same object and are
 * harmless in a terminal, a script or a review.
 *
 * @param name - the name as the catalog has it, such as `Order "2024"`
 * @throws {UserError} when no object can have that name: it is empty or contains a NUL character
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export function quoteIdentifier(name: string): Sql {
  if (name === "") throw notAName("it is empty");
  if (name.includes("\0")) throw notAName("it contains a NUL character");
  const quoted = `"${name.replaceAll('"', '""')}"`;
  // Unlike a literal of this form, such an identifier does not depend on standard_conforming_strings.
  return (SPELLED_OUT.test(name) ? `U&${escaped(quoted, ["\\", 4], ["\\+", 6])}` : quoted) as Sql;
}

/**
 * Writes text as an SQL literal that does not depend on `standard_conforming_strings`. Invisible characters are written
 * as Unicode escapes.
 *
 * For statements that take no parameters (DDL, the replication protocol) and for scripts; elsewhere use parameters.
 *
 * @throws {UserError} when the text contains a NUL character, which Postgres cannot store
 */
export function quoteLiteral(text: string): Sql {
  if (text.includes("\0")) throw notAName("it contains a NUL character");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  const plain = !text.includes("\\") && !SPELLED_OUT.test(text);
  return (plain ? quoted : `E${escaped(quoted, ["\\u", 4], ["\\U", 8])}`) as Sql;
}

/** Writes `"schema"."name"`, both parts quoted. */
export function qualifiedName(schema: string, name: string): Sql {
  return joinSql([quoteIdentifier(schema), quoteIdentifier(name)], ".");
}

/** Characters to escape: invisible ones, and those that start a command in the log of a CI service. */
const SPELLED_OUT = new RegExp(`${UNPRINTABLE.source}|${LOG_COMMAND.source}`, "iu");
const EVERY_SPELLED_OUT = new RegExp(SPELLED_OUT.source, "giu");

/** How an escape begins, and how many hexadecimal digits follow. */
type EscapeForm = readonly [begin: string, digits: number];

/** Doubles backslashes and writes each character that is spelled out by its code point; beyond U+FFFF in the long form. */
function escaped(quoted: string, short: EscapeForm, long: EscapeForm): string {
  return quoted.replaceAll("\\", "\\\\").replace(EVERY_SPELLED_OUT, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const [begin, digits] = code > 0xffff ? long : short;
    return begin + code.toString(16).toUpperCase().padStart(digits, "0");
  });
}

function notAName(why: string): UserError {
  return new UserError("The name is invalid", [{ what: `Postgres does not allow this name: ${why}` }]);
}
