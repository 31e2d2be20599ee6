import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { MAIN } from "./command-line";

/** Runs a line of shell in which `cli` is the command line. */
const shell = (line: string) =>
  promisify(execFile)("sh", ["-c", `cli() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`]);

describe("what is printed", () => {
  it("can be read in part, as `head` does, without changing the exit code", async () => {
    const { stderr } = await shell('(cli preflight --help; echo "exit $?" >&2) | true');
    expect(stderr).toBe("exit 0\n");
  });

  it('is an error if it cannot be written, but not exit code 1, which means "not ready"', async () => {
    const { stdout, stderr } = await shell('cli --help 2>&1 >/dev/full; echo "exit $?"');
    expect({ stdout, stderr }).toEqual({
      stdout: "The output cannot be written (ENOSPC)\nexit 2\n",
      stderr: "",
    });
  });
});
