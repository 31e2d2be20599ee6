import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writePrivateFile } from "../src/private-file";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "private-file-"));
  file = join(folder, "facts.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a private file", () => {
  it("is readable only by its owner, new or not, and no other file is left", () => {
    writePrivateFile(file, "first");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, "open"), "old", { mode: 0o644 });
    writePrivateFile(join(folder, "open"), "second");
    expect(statSync(join(folder, "open")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "open"), "utf8")).toBe("second");
    expect(readdirSync(folder)).toEqual(["facts.json", "open"]);
  });

  it("does not change another hard link of the old file", () => {
    const other = join(folder, "other");
    writeFileSync(other, "old", { mode: 0o644 });
    linkSync(other, file);
    writePrivateFile(file, "new");
    expect(readFileSync(other, "utf8")).toBe("old");
  });

  it("is not written through a symbolic link, whether it leads somewhere or not", () => {
    const elsewhere = join(folder, "elsewhere");
    symlinkSync(elsewhere, file);
    expect(() => writePrivateFile(file, "new")).toThrow(expect.objectContaining({ code: "ELOOP" }));
    writeFileSync(elsewhere, "old");
    expect(() => writePrivateFile(file, "new")).toThrow(expect.objectContaining({ code: "ELOOP" }));
    expect(readFileSync(elsewhere, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["elsewhere", "facts.json"]);
  });

  it("does not replace a device", () =>
    expect(() => writePrivateFile("/dev/null", "new")).toThrow(expect.objectContaining({ code: "EINVAL" })));

  it("leaves nothing behind when it cannot be put in its place", () => {
    mkdirSync(file);
    expect(() => writePrivateFile(file, "new")).toThrow(expect.objectContaining({ code: "EISDIR" }));
    expect(() => writePrivateFile(join(folder, "no", "file"), "new")).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
    expect(readdirSync(folder)).toEqual(["facts.json"]);
  });
});
