import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors";
import { qualifiedName, quoteIdentifier, quoteLiteral } from "../../src/postgres/identifiers";

describe("identifiers in SQL", () => {
  it.each([
    ["public", '"public"'],
    ["select", '"select"'],
    ['say "hi"', '"say ""hi"""'],
    ['x"; DROP TABLE t; --', '"x""; DROP TABLE t; --"'],
    ["Größe 100%", '"Größe 100%"'],
  ])("quotes %s", (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted));

  it("quotes both parts of a qualified name", () => expect(qualifiedName("a.b", 'c"d')).toBe('"a.b"."c""d"'));

  it.each(["", "a\0b"])("refuses %j, which no object can be called", (name) =>
    expect(() => quoteIdentifier(name)).toThrow(UserError),
  );
});

describe("literals in SQL", () => {
  it.each([
    ["plain", "'plain'"],
    ["it's", "'it''s'"],
    ["back\\slash's", "E'back\\\\slash''s'"],
  ])("quotes %s", (text, quoted) => expect(quoteLiteral(text)).toBe(quoted));

  it("refuses NUL", () => expect(() => quoteLiteral("a\0")).toThrow(UserError));
});
