import { describe, expect, it } from "vitest";
import { matchesExpression } from "../../src/postgres/hba-expression";

describe("a regular expression of pg_hba.conf", () => {
  it.each([
    ["^shop$", true],
    ["op", true],
    ["^op", false],
    ["^s.{2}p$", true],
    ["^(shop|app_[0-9]+)$", true],
    ["^[^a-r]", true],
    ["(a|)*x?", true],
    ["^sho{2,}p$", false],
    ["", true],
  ])("%s on shop: %s", (pattern, matches) => expect(matchesExpression(pattern, "shop")).toBe(matches));

  it.each(["\\yshop", "(?i)SHOP", "***=shop", "[[:alpha:]]", "[[.s.]]", "caf\u00e9", "a{,2}", "a{", "("])(
    "%s is left undecided: Postgres and RE2 may read it differently",
    (pattern) => expect(matchesExpression(pattern, "shop")).toBeUndefined(),
  );

  it("is left undecided for a name that is not plain ASCII", () =>
    expect(matchesExpression("^caf.$", "caf\u00e9")).toBeUndefined());

  it("that a backtracking engine cannot finish is decided at once", () => {
    expect(matchesExpression("^(a+)+$", `${"a".repeat(62)}!`)).toBe(false);
    expect(matchesExpression("^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(63))).toBe(false);
  });

  it("that is very long, or repeats itself very often, is left undecided", () => {
    expect(matchesExpression("a?".repeat(500_000), "shop")).toBeUndefined();
    expect(matchesExpression("((a{200}){200}){200}", "shop")).toBeUndefined();
    expect(matchesExpression(`a{${"9".repeat(400)}}`, "shop")).toBeUndefined();
  });
});
