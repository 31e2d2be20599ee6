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
    ["back\\slash", '"back\\slash"'],
    ["line\nbreak", 'U&"line\\000Abreak"'],
    ['\u001b[2J\u009b"\\', 'U&"\\001B[2J\\009B""\\\\"'],
    ["right\u202eto left\u2028", 'U&"right\\202Eto left\\2028"'],
    ["tag \u{e0041}", 'U&"tag \\+0E0041"'],
  ])("quotes %s", (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted));

  it("quotes both parts of a qualified name", () => expect(qualifiedName("a.b", 'c"d')).toBe('"a.b"."c""d"'));

  it.each(["", "a\0b"])("rejects %j, which no object can have as its name", (name) =>
    expect(() => quoteIdentifier(name)).toThrow(UserError),
  );
});

describe("literals in SQL", () => {
  it.each([
    ["plain", "'plain'"],
    ["it's", "'it''s'"],
    ["back\\slash's", "E'back\\\\slash''s'"],
    ["it's\n\u0085\u{e0041}", "E'it''s\\u000A\\u0085\\U000E0041'"],
  ])("quotes %s", (text, quoted) => expect(quoteLiteral(text)).toBe(quoted));

  it("refuses NUL", () => expect(() => quoteLiteral("a\0")).toThrow(UserError));
});
