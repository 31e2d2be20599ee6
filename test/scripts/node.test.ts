import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

describe("the Node that the suite runs on", () => {
  it("is the machine's own where that is new enough", async () => {
    const { ensureSuiteNode } = await import("../../scripts/lib/node.mjs");
    for (const version of ["v22.22.0", "v24.0.0", "v26.10.0"])
      expect(await ensureSuiteNode({ version, execPath: "/usr/bin/node" })).toBeUndefined();
  });

  it.each(["v20.20.2", "v22.12.0"])("is fetched where the machine has %s", async (version) => {
    const { ensureSuiteNode } = await import("../../scripts/lib/node.mjs");
    const folder = await ensureSuiteNode({ version, execPath: "/usr/bin/node" });
    const { stdout } = await run(join(folder ?? "", "node"), ["--version"]);
    expect(stdout).toMatch(/^v22\.(2[2-9]|[3-9]\d)\./);
  });

  it("stays the fetched one in a shell that has it on PATH", async () => {
    const { ensureNode, ensureSuiteNode } = await import("../../scripts/lib/node.mjs");
    const folder = await ensureNode(22);
    const current = { version: "v22.23.3", execPath: join(folder, "node") };
    expect(await ensureSuiteNode(current)).toBe(folder);
  });
});
