import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packPackage } from "./support/installed-package";

describe("the packed tarball", () => {
  let folder: string;
  let tarball: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-shape-"));
    const { filename } = await packPackage(folder);
    tarball = new Uint8Array(await readFile(join(folder, filename)));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is described by its package.json as publint wants it", async () => {
    const { publint } = await import("publint");
    const { formatMessage } = await import("publint/utils");
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that say what each way of importing it gets", async () => {
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const result = await checkPackage(createPackageFromTarballData(tarball));
    if (result.types === false) throw new Error("it has no types");
    expect(result.problems).toEqual([
      // What programs' states load. No program imports it, least of all with a compiler that knows no `exports`.
      { kind: "NoResolution", entrypoint: "./dynamic", resolutionKind: "node10" },
    ]);
  });
});
