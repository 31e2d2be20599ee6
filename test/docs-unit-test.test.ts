import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { installedPackage } from "./support/installed-package";

const run = promisify(execFile);

it("the unit test in docs/pulumi-options.md passes with the packed package, and fails where a schema is missing", async () => {
  const page = await readFile(join(__dirname, "../docs/pulumi-options.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  const [code = "", ...others] = blocks.filter((block) => block.includes("setMocks"));
  expect(others).toEqual([]);
  const projects = join(await installedPackage(), "projects");
  await mkdir(projects, { recursive: true });
  const folder = await mkdtemp(join(projects, "unit-test-"));
  try {
    await writeFile(join(folder, "shop.test.mts"), code);
    const { stdout } = await run(process.execPath, ["--test", "shop.test.mts"], { cwd: folder });
    expect(stdout).toMatch(/pass 1\b/);
    await writeFile(join(folder, "wrong.test.mts"), code.replace(", public: {} }", " }"));
    const wrong = run(process.execPath, ["--test", "wrong.test.mts"], { cwd: folder });
    await expect(wrong).rejects.toMatchObject({ stdout: expect.stringMatching(/fail 1\b/) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
