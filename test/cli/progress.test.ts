import { describe, expect, it } from "vitest";
import { progressOn } from "../../src/cli/progress";

function written(isTTY: boolean): string {
  let output = "";
  const progress = progressOn({
    isTTY,
    write: (text: string | Uint8Array) => {
      output += text;
      return true;
    },
  });
  progress.show("connecting to db");
  progress.show("reading");
  progress.clear();
  return output;
}

describe("progress", () => {
  it("is one line on a terminal, removed at the end", () => {
    expect(written(true)).toBe("\r\u001b[Kconnecting to db …\r\u001b[Kreading …\r\u001b[K");
  });

  it("is nothing where there is no terminal", () => {
    expect(written(false)).toBe("");
  });
});
