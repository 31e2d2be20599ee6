import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MODULE = pathToFileURL(join(__dirname, "../../scripts/lib/setup-lock.mjs"));

/** Holds the lock until its standard input ends. */
const HOLDER = `
  import { withSetupLock } from ${JSON.stringify(MODULE)};
  await withSetupLock(async () => {
    console.log("holds it");
    await new Promise((resolve) => process.stdin.on("end", resolve).resume());
    console.log("gives it back");
  });
  process.stdin.destroy();`;

describe("the lock of the setup", () => {
  let cache: string;
  const started: ChildProcess[] = [];
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "pulumi-ardent-lock-"));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    await rm(cache, { recursive: true, force: true });
  });

  /** A process that wants the lock. */
  function holder() {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", HOLDER], {
      env: { ...process.env, XDG_CACHE_HOME: cache },
      stdio: ["pipe", "pipe", "inherit"],
    });
    started.push(child);
    let printed = "";
    const prints = (line: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (printed.includes(line)) resolve();
        };
        child.stdout.on("data", (data) => {
          printed += data;
          look();
        });
        look();
      });
    return { child, prints, output: text(child.stdout) };
  }

  it("lets the second process wait for the first, and says so", async () => {
    const first = holder();
    await first.prints("holds it");
    const second = holder();
    await second.prints(`Waiting for another setup (pid ${first.child.pid})`);
    first.child.stdin.end();
    expect(await first.output).toBe("holds it\ngives it back\n");
    second.child.stdin.end();
    expect((await second.output).split("\n").slice(1)).toEqual(["holds it", "gives it back", ""]);
  });

  it("is taken over from a killed process", async () => {
    const killed = holder();
    await killed.prints("holds it");
    killed.child.kill("SIGKILL");
    const next = holder();
    next.child.stdin.end();
    expect(await next.output).toContain("holds it\ngives it back\n");
  });
});
