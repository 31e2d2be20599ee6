import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandLine } from "./command-line";

describe("pulumi-ardent", () => {
  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
    expect(await commandLine(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("prints help, with examples for each command that reads something", async () => {
    const { exitCode, stdout } = await commandLine(["--help"]);
    expect(exitCode).toBe(0);
    for (const command of ["preflight", "grants", "owners", "review", "comment", "emulator"])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    for (const command of ["preflight", "grants", "owners", "review"])
      expect((await commandLine([command, "--help"])).stdout).toContain(`Examples:`);
  });

  it("exits 2 for a command that does not exist", async () => {
    const { exitCode, stderr } = await commandLine(["preflihgt"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown command 'preflihgt'");
  });

  it("exits 2 for an empty list, for example from an unset variable: nothing to check does not mean ready", async () => {
    const url = "postgres://postgres@127.0.0.1:1/shop";
    for (const args of [
      ["preflight", url, "--schemas", ""],
      ["grants", url, "--role", "ardent", "--schemas", ", "],
    ]) {
      const { exitCode, stdout, stderr } = await commandLine(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain("The name is empty.");
    }
  });

  it.each([
    ["without a command", []],
    ["as the value of an option", ["preflight", "--egress-ip"]],
    ["as the file of an option", ["preflight", "--from-facts"]],
  ])("does not repeat the password of a URL %s", async (_, before) => {
    const { exitCode, stdout, stderr } = await commandLine([...before, "postgres://u:s3cr/t@db/shop"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("postgres://u:***@db/shop");
    expect(stderr).not.toContain("s3cr");
  });

  it("does not repeat the password of a URL that is joined to an option", async () => {
    const { exitCode, stderr } = await commandLine(["preflight", "--url=postgres://u:s3cr/t@db/shop"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown option '--url=postgres://u:***@db/shop'");
  });
});
