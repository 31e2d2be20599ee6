import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { makeOwnFolder } from "./leftovers";

it("removes the folders of processes that are gone, and no other", async () => {
  const parent = await mkdtemp(join(tmpdir(), "leftovers-"));
  try {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const kept = ["draft-k8qPp4", `draft-${process.ppid}-a`, `other-${gone}-a`];
    for (const name of [...kept, `draft-${gone}-a`]) await mkdir(join(parent, name));
    const own = basename(await makeOwnFolder(parent, "draft-"));
    expect(own).toMatch(new RegExp(`^draft-${process.pid}-`));
    expect((await readdir(parent)).toSorted()).toEqual([...kept, own].toSorted());
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
