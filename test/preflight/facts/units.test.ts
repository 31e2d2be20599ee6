import { describe, expect, it } from "vitest";
import { inUnit } from "../../../src/preflight/facts/units";

describe("the value of a setting", () => {
  it.each([
    ["1024", "MB", 1024],
    ["1GB", "MB", 1024],
    ["512kB", "MB", 0],
    ["0x3E8", "ms", 1_000],
    ["010", "ms", 8],
    ["1e1 s", "ms", 10_000],
    ["0.4ms", "ms", 0],
    ["30.1GB", "kB", 31_561_728],
    ["-1", "MB", -1],
    ["5min", "ms", 300_000],
    ["1.5 h", "ms", 5_400_000],
    ["1d", "s", 86_400],
    ["0", "ms", 0],
  ])("%s is so many %s", (value, unit, number) => {
    expect(inUnit(value, unit)).toBe(number);
  });

  it("is no number if it is long and ends wrongly, which is found quickly", () => {
    for (const value of [`1${" ".repeat(200_000)}!`, `${"1".repeat(200_000)}!`, `${" ".repeat(200_000)}!`])
      expect(inUnit(value, "ms")).toBeNaN();
  }, 5_000);

  it("is no number if it is a word", () => {
    expect(inUnit("on", "ms")).toBeNaN();
    expect(inUnit("5 parsecs", "ms")).toBeNaN();
  });
});
