declare const BUILT: unique symbol;

/**
 * SQL text, which only these builders create: {@link sql}, {@link keywords}, {@link integerSql}, `quoteIdentifier` and
 * `quoteLiteral`. Text of a server, a service or a file is a plain string, and becomes Sql only when it is quoted.
 */
export type Sql = string & { readonly [BUILT]: true };

/**
 * Writes SQL: the template is our own text, and each value in it is the result of a builder.
 *
 * @throws {TypeError} for any other value, such as a word that is missing from a list of {@link keywords}
 */
export function sql(template: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return String.raw({ raw: template }, ...parts.map(built)) as Sql;
}

/** Joins SQL, such as a list of names. */
export function joinSql(parts: readonly Sql[], separator: ", " | "." | " " | "\n" | "\n  "): Sql {
  return parts.map(built).join(separator) as Sql;
}

/** A word that is on no list is undefined, even if its type says otherwise. */
function built(part: Sql): Sql {
  if (typeof part !== "string") throw new TypeError("this is not SQL");
  return part;
}

/**
 * Lists words that may appear in SQL without quotes: a word of the server is looked up here, and our own copy of it is
 * written. The list has no prototype, so a name such as `constructor` is not in it.
 */
export function keywords<const Word extends string>(
  words: readonly (string extends Word ? never : Word)[],
): { readonly [word in Word]: Sql } {
  return Object.assign(Object.create(null), Object.fromEntries(words.map((word) => [word, word])));
}

/**
 * Writes a whole number.
 *
 * @throws {TypeError} for any other value
 */
export function integerSql(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new TypeError("this is not a whole number");
  return String(value) as Sql;
}
