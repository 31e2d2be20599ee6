import { quoteLiteral } from "./identifiers";
import { type Sql, sql } from "./sql-text";

const CONDITIONS = { duplicate_object: sql`duplicate_object`, undefined_object: sql`undefined_object` };

/**
 * A statement that can run twice: it does nothing if what it creates exists already, or what it changes no longer does.
 * CREATE ROLE and ALTER ROLE … RENAME have no IF EXISTS.
 */
export function repeatable(statement: Sql, done: keyof typeof CONDITIONS = "duplicate_object"): Sql {
  const notice = done === "duplicate_object" ? sql`already exists` : sql`does not exist`;
  const block = sql`BEGIN ${statement} EXCEPTION WHEN ${CONDITIONS[done]} THEN RAISE NOTICE '${notice}'; END`;
  return sql`DO ${quoteLiteral(block)};`;
}
