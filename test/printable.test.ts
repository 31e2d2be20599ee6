import fc from "fast-check";
import { expect, it } from "vitest";
import { printable, UNPRINTABLE } from "../src/printable";

it.each([
  ["a line break", "a\nb\r\nc", "a\\nb\\r\\nc"],
  ["a tab", "a\tb", "a\\tb"],
  ["what sets a terminal's title", "\u001b]0;x\u0007", "\\x1b]0;x\\x07"],
  ["a C1 control", "\u009b31m\u0085\u007f", "\\x9b31m\\x85\\x7f"],
  ["a bidi mark", "\u202eabc\u2066\u061c", "\\u202eabc\\u2066\\u061c"],
  ["zero width", "a\u200bb\u200dc\ufeffd\u2060", "a\\u200bb\\u200dc\\ufeffd\\u2060"],
  ["a soft hyphen", "a\u00adb", "a\\xadb"],
  ["a line separator", "a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["a tag", "a\u{e0001}\u{e0041}", "a\\u{e0001}\\u{e0041}"],
  ["a variation selector", "a\ufe0f\u{e0100}", "a\\ufe0f\\u{e0100}"],
  ["a filler", "\u3164\u115f", "\\u3164\\u115f"],
  ["half a surrogate pair", "a\ud800b\udc00", "a\\ud800b\\udc00"],
  ["private use", "\ue000\u{f0000}", "\\ue000\\u{f0000}"],
])("shows %s without its effect", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it("does not change ordinary text", () => {
  const text = "Größe 表 テーブル 🐘 e\u0301 « x\u00a0» C:\\new \\x1b 'it''s' \"q\" $1 ::x ##[y";
  expect(printable(text)).toBe(text);
});

it("has nothing unprintable left, and changes nothing the second time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = printable(text);
      return !UNPRINTABLE.test(shown) && printable(shown) === shown;
    }),
  );
});
