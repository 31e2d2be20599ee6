import { expect, it } from "vitest";
import { standbysWaitedFor } from "../../../src/preflight/judge/synchronous-standbys";

it.each([
  ["", 0],
  ["  ", 0],
  ["second", 1],
  ["second, third", 1],
  ["*", 1],
  ["2, 3", 1],
  ['"2 (a)"', 1],
  ["2 (second, third)", 2],
  ["FIRST 2 (second, third)", 2],
  ["first 12(*)", 12],
  ["ANY 3 (a, b, c, d)", 3],
  [" any  1  ( a )", 1],
])("synchronous_standby_names %j makes a commit wait for %i standbys", (names, count) => {
  expect(standbysWaitedFor(names)).toBe(count);
});
