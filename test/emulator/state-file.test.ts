import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/emulator";
import { UserError } from "../../src/errors";

let directory: string;
let stateFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "emulator-state-"));
  stateFile = join(directory, "state.json");
});
afterEach(() => rm(directory, { recursive: true }));

/** What a start over the file is refused with. */
async function refusal(): Promise<string> {
  const error: unknown = await startEmulator({ stateFile }).then(
    async (emulator) => {
      await emulator.close();
      return undefined;
    },
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

async function keep(): Promise<Record<string, unknown>> {
  const emulator = await startEmulator({ stateFile });
  await emulator.close();
  return JSON.parse(await readFile(stateFile, "utf8"));
}

describe("a state file", () => {
  test("is read again, with token, organization, project and faults", async () => {
    const first = await startEmulator({ stateFile, projectName: "shop" });
    const rule = first.addFault({ operation: "*", after: 3, fault: { kind: "hang" } });
    await first.close();
    const second = await startEmulator({ stateFile, projectName: "another" });
    const { token, projectId, orgId } = first;
    expect(second).toMatchObject({ token, projectId, orgId });
    expect(second.faults()).toEqual([rule]);
    second.clearFaults();
    await second.close();
    const third = await startEmulator({
      stateFile,
      token: "sk-ard_test_mine",
      faults: [{ operation: "*", fault: { kind: "cut" } }],
    });
    expect(third).toMatchObject({ token: "sk-ard_test_mine", projectId, orgId });
    expect(third.faults()).toMatchObject([{ fault: { kind: "cut" } }]);
    await third.close();
  });

  test("becomes readable only by its owner, and no other file is left", async () => {
    await keep();
    const content = await readFile(stateFile, "utf8");
    await rm(stateFile);
    await writeFile(stateFile, content, { mode: 0o644 });
    await keep();
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["state.json"]);
  });

  test("is not written to a file or a link that another user has prepared", async () => {
    const planted = join(directory, "planted");
    await writeFile(planted, "", { mode: 0o644 });
    await symlink(planted, `${stateFile}.unfinished`);
    await keep();
    expect(await readFile(planted, "utf8")).toBe("");
    await rm(stateFile);
    await symlink(planted, stateFile);
    expect(await refusal()).toContain("is not JSON");
    await rm(planted);
    expect(await refusal()).toContain("cannot be written (ELOOP)");
    expect(await readdir(directory)).toEqual(["state.json", "state.json.unfinished"]);
  });

  test("of another version is rejected and not changed", async () => {
    const content = JSON.stringify({ ...(await keep()), version: 2 });
    await writeFile(stateFile, content);
    const message = await refusal();
    expect(message).toContain(stateFile);
    expect(message).toContain("current: version 2");
    expect(message).toContain("needed:  version 1");
    expect(message).toContain("--state");
    expect(await readFile(stateFile, "utf8")).toBe(content);
  });

  test("that is damaged is rejected with the place, but not the value", async () => {
    await writeFile(stateFile, JSON.stringify({ ...(await keep()), token: ["canary-4a7"] }));
    const message = await refusal();
    expect(message).toContain("token");
    expect(message).not.toContain("canary-4a7");
    await writeFile(stateFile, '{"token":"canary-4a7"');
    const broken = await refusal();
    expect(broken).toContain("is not JSON");
    expect(broken).not.toContain("canary-4a7");
  });

  test("that cannot be written or read is refused before anything listens", async () => {
    stateFile = join(directory, "nowhere", "state.json");
    expect(await refusal()).toContain("cannot be written (ENOENT)");
    stateFile = directory;
    expect(await refusal()).toContain("cannot be read (EISDIR)");
  });
});
