import { describe, expect, it } from "vitest";
import { tablesNamedBy } from "../../../src/preflight/facts/table-key";

describe("the key of a decision", () => {
  it.each([
    ["public.orders", [["public", "orders"]]],
    ['app.Bare "Table" ü', [["app", 'Bare "Table" ü']]],
    [
      "a.b.c",
      [
        ["a", "b.c"],
        ["a.b", "c"],
      ],
    ],
    [
      '"a.b".c',
      [
        ["a.b", "c"],
        ['"a', 'b".c'],
        ['"a.b"', "c"],
      ],
    ],
    [
      '"say ""hi""".t',
      [
        ['say "hi"', "t"],
        ['"say ""hi"""', "t"],
      ],
    ],
    ["orders", []],
    [".orders", []],
    ["public.", []],
    ["", []],
  ])("%s can name %j", (key, names) => {
    expect(tablesNamedBy(key).map(({ schema, table }) => [schema, table])).toEqual(names);
  });
});
