import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCES = join(__dirname, "../src");

/** Beside `output.ts`: an argument that is a stream, its width, and what ends the process when all is written. */
const KNOWN = ["output.ts", "cli/main.ts", "progressOn(process.stderr)", "process.stdout.columns"];

it("goes through output.ts everywhere", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  expect(files).toContain("output.ts");
  const writing = files.flatMap((file) =>
    readFileSync(join(SOURCES, file), "utf8")
      .split("\n")
      .filter((line) => /\bconsole\.|process\.(stdout|stderr)/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(writing.filter((line) => !KNOWN.some((known) => line.includes(known)))).toEqual([]);
});
