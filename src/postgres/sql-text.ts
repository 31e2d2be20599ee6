declare const BUILT: unique symbol;

/**
 * SQL text that only builders make: {@link sql}, {@link keywords}, {@link integerSql}, `quoteIdentifier` and
 * `quoteLiteral`. What a server, a service or a file says is a plain string, and is no Sql before it was quoted.
 */
export type Sql = string & { readonly [BUILT]: true };

/**
 * Writes SQL: what stands in the template is ours, what is put into it has been built.
 *
 * @throws {TypeError} for a value that is none, such as a word that is missing from a list of {@link keywords}
 */
export function sql(template: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return String.raw({ raw: template }, ...parts.map(built)) as Sql;
}

/** Puts SQL together, such as a list of names. */
export function joinSql(parts: readonly Sql[], separator: ", " | "." | "\n"): Sql {
  return parts.map(built).join(separator) as Sql;
}

/** A word that is on no list is undefined, whatever its type says. */
function built(part: Sql): Sql {
  if (typeof part !== "string") throw new TypeError("this is not SQL");
  return part;
}

/**
 * Lists words of ours that stand in SQL as they are, by themselves: a word of the server's is looked up here, and is
 * never written itself. It has no prototype, so that a name such as `constructor` is not in it.
 */
export function keywords<const Word extends string>(
  words: readonly (string extends Word ? never : Word)[],
): { readonly [word in Word]: Sql } {
  return Object.assign(Object.create(null), Object.fromEntries(words.map((word) => [word, word])));
}

/**
 * Writes a whole number.
 *
 * @throws {TypeError} when it is none
 */
export function integerSql(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new TypeError("this is not a whole number");
  return String(value) as Sql;
}
