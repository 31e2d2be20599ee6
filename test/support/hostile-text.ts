import { expect } from "vitest";
import { UNPRINTABLE } from "../../src/printable";

/** What a terminal, the log of a CI service, Pulumi's display or a reader would fall for. */
export const HOSTILE: readonly string[] = [
  "\u001b]0;title\u0007",
  "\u001b[31mred",
  "\u009b31mred",
  "a\u202egnp.exe",
  "zero\u200bwidth\ufeff",
  "\r\u001b[2Kforged",
  "\n::error::forged",
  "::set-output name=x::y",
  "\n   \u00a0::add-mask::x",
  "##[error]forged",
  "##vso[task.setvariable variable=PATH]/tmp",
  "##teamcity[buildStop]",
  "section_start:1:x\r\u001b[0K",
  "line\u2028separator",
  "tag\u{e0001}",
  "half \ud800",
  "<{%no color%}>",
  "end %}> before <{% begin",
];

/** All of it in one, as one field of an answer. */
export const ALL_HOSTILE = HOSTILE.join(" ");

/** Asserts that a text does nothing where it is printed, but for our own line breaks. */
export function expectHarmless(text: string): void {
  const lines = text.split("\n");
  expect(lines.filter((line) => UNPRINTABLE.test(line)).map((line) => JSON.stringify(line))).toEqual([]);
  expect(lines.filter((line) => /^\s*::|##[a-z]*\[|<\{%|%\}>/i.test(line))).toEqual([]);
}

/** The same value with every string in it, at any depth, replaced. */
export function mapStrings<T>(value: T, map: (text: string) => string): T {
  if (typeof value === "string") return map(value) as T;
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, map)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, map)])) as T;
}
