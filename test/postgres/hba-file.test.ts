import { describe, expect, it } from "vitest";
import { parseHbaFile } from "../../src/postgres/hba-file";

const fields = (line: string) =>
  parseHbaFile(line, { continued: true })
    .get(1)
    ?.fields.map((field) => field.map(({ text, quoted }) => (quoted ? `"${text}"` : text)));

describe("a line of pg_hba.conf", () => {
  it.each([
    ["host all all 10.0.0.0/8 md5", [["host"], ["all"], ["all"], ["10.0.0.0/8"], ["md5"]]],
    ['host "all",b  "+g", c all md5 # "x"', [["host"], ['"all"', "b"], ['"+g"', "c"], ["all"], ["md5"]]],
    ['host "a b" "say ""hi""" all md5#x', [["host"], ['"a b"'], ['"say "hi""'], ["all"], ["md5"]]],
    ['host a"b c"d all', [["host"], ["ab cd"], ["all"]]],
    ["\t ,host , all\r", [["host"], ["all"]]],
    ['host "" "never closed', [["host"], ['""'], ['"never closed"']]],
    ["# host all all", []],
  ])("%s", (line, tokens) => expect(fields(line)).toEqual(tokens));

  it("continues a line after a backslash, from 14 on", () => {
    const text = "# one \\\n two\nhost all \\\r\n  all \\\n\nlocal all all trust\\";
    const parsed = parseHbaFile(text, { continued: true });
    const spans = [...parsed].map(([line, { lastLine, fields: found }]) => [line, lastLine, found.length]);
    expect(spans).toEqual([
      [1, 2, 0],
      [3, 5, 3],
      [6, 6, 4],
    ]);
    expect(parseHbaFile(text, { continued: false }).get(3)?.lastLine).toBe(3);
  });

  it("may be very long", () => {
    expect(fields(`host ${"a,".repeat(200_000)}a all`)?.[1]?.length).toBe(200_001);
    expect(fields(`host ${'"'.repeat(500_001)}`)?.length).toBe(2);
  });
});
