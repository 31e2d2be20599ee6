import { describe, expect, it } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../src/postgres/identifiers";
import { integerSql, joinSql, keywords, type Sql, sql } from "../../src/postgres/sql-text";

describe("SQL that builders make", () => {
  it("is built from names, literals, numbers and our own words", () => {
    const words = keywords(["SELECT", "INSERT"]);
    expect(
      sql`GRANT ${joinSql([words.SELECT, words.INSERT], ", ")} ON ${quoteIdentifier('a"b')} LIMIT ${integerSql(7)} -- ${quoteLiteral("it's")}`,
    ).toBe(`GRANT SELECT, INSERT ON "a""b" LIMIT 7 -- 'it''s'`);
  });

  it("does not accept a plain string", () => {
    // @ts-expect-error what a server says is a plain string
    const statement: Sql = "SELECT 1;";
    // @ts-expect-error
    expect(sql`SELECT ${"1"};`).toBe(statement);
    // @ts-expect-error a list of words that is not ours
    expect(keywords(["a"] as readonly string[])).toEqual({ a: "a" });
  });

  it.each(["toString", "constructor", "__proto__", "DROP"])(
    "does not accept the word %s, which is on no list",
    (word) => {
      const words: { readonly [word: string]: Sql } = keywords(["SELECT"]);
      expect(() => sql`${words[word] as Sql} ON t`).toThrow(TypeError);
      expect(() => joinSql([words[word] as Sql], ", ")).toThrow(TypeError);
    },
  );

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])("does not accept the number %d", (value) => {
    expect(() => integerSql(value)).toThrow(TypeError);
  });
});
