import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/emulator";
import { engineProject, printedBy } from "../support/engine";
import { installWithPnpm, type PackedPackage, packPackage, versionHere } from "../support/installed-package";
import { type PostgresServer, startPostgres } from "../support/postgres";
import { EVERYTHING } from "../support/tier";
import { createShop, passwords, shopProgram } from "./shop";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");

/**
 * What stands in users' states as `__provider`, by kind: SHA-256. A state that was written is read by every later
 * release, so a change here has to be meant: what was deployed with other bytes must keep working.
 */
const DEPLOYED: { readonly [kind: string]: string } = {
  Connector: "4740ef3deb1ee1337df9f13158d2fcb17dae5db359ad9e90fb01b2e92fde3f24",
  Preflight: "a383b3ee8a575f508efffea620a9159ee659b82fceb8f6c781120236e4d9d0b8",
  Replication: "0bfe841c629e5b4289781d009060df9a3b639b2e7eae66b8daa775186e6172c5",
  RoleCleanup: "10f87bf7708e2e6dff6674c9d7da89e1772a6636df1ee9d8db6b53ef3e6b958d",
};

/** A branch is in the preview alone: the emulator makes one while no one is connected to the source. */
const SERIALIZED = {
  ...DEPLOYED,
  Branch: "140f8f8156be25b021100679b408bb31dd93c13b2c2bbee440902c0655e90a51",
};
const BRANCH = 'new ardent.Branch("pr", { connectorId: shop.connectorId, name: "pr-42" });';

const INSTALLERS: { readonly [manager: string]: (folder: string, cache: string) => Promise<unknown> } = {
  npm: (folder) => run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder }),
  pnpm: installWithPnpm,
};

/** A module system: how a program of the body that `shopProgram` writes is written in it. */
const MODULES = {
  CommonJS: { type: "commonjs", main: "index.js", programOf: (body: string) => body },
  ESM: {
    type: "module",
    main: "index.mjs",
    programOf: (body: string) => `import * as pulumi from "@pulumi/pulumi";
import * as ardent from "pulumi-ardent";
const config = new pulumi.Config();
${body.replace("exports.connectorId =", "export const connectorId =")}`,
  },
} as const;

describe("the packed tarball", { timeout: 600_000 }, () => {
  let folder: string;
  let packed: PackedPackage;
  let server: PostgresServer;
  let emulator: Emulator;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-packaging-"));
    [packed, server, emulator] = await Promise.all([
      packPackage(folder),
      startPostgres({ major: 17 }),
      startEmulator(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([emulator.close(), server.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it("contains exactly what is needed", async () => {
    const paths = packed.files.map(({ path }) => path);
    const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const named = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((one) =>
        typeof one === "string" ? [one] : Object.values(one as object),
      ),
    ].map((path: string) => path.replace("./", ""));
    expect(paths).toEqual(expect.arrayContaining(named));
    // Nothing of it runs when it is installed.
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts).not.toHaveProperty(script);
    const others = paths.filter((path) => !/^(dist|docs\/checks|docs\/review)\//.test(path));
    expect(others.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "docs/agents.md",
      "docs/emulator.md",
      "docs/review.md",
      "package.json",
      "schemas/preflight-report.schema.json",
      "schemas/review.schema.json",
    ]);
    // Every compiled file has its source, so none is left over from an earlier build, and none is a test.
    for (const path of paths.filter((one) => one.startsWith("dist/"))) {
      const source = path.replace(/^dist\//, "src/").replace(/(\.d\.ts|\.js)$/, ".ts");
      expect(existsSync(join(root, source)), `${path} comes from ${source}`).toBe(true);
    }
  });

  // In the first tier pnpm and ESM alone: all other stories of the engine run programs in CommonJS, installed by npm.
  const installers = Object.entries(INSTALLERS).filter(([manager]) => EVERYTHING || manager === "pnpm");
  const modules = Object.entries(MODULES).filter(([system]) => EVERYTHING || system === "ESM");
  describe.each(installers)("installed by %s", (manager, install) => {
    describe.each(modules)("in a project in %s", (system, { type, main, programOf }) => {
      let home: string;

      beforeAll(async () => {
        home = join(folder, `${manager}-${system}`);
        await cp(join(folder, packed.filename), join(home, packed.filename));
        const manifest = {
          name: "infra",
          private: true,
          type,
          dependencies: {
            "@pulumi/pulumi": await versionHere("@pulumi/pulumi"),
            "pulumi-ardent": `file:./${packed.filename}`,
          },
        };
        await writeFile(join(home, "package.json"), JSON.stringify(manifest));
        await install(home, join(folder, "store"));
      });

      it("previews, deploys and is destroyed, with the bytes in the state that every release has", async () => {
        const shop = await createShop(server);
        const program = shopProgram(server, shop, { connector: { projectId: emulator.projectId } });
        const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
        await using project = await engineProject(programOf(program + BRANCH), env, { home, main });
        await project.setConfig(passwords(server, "role-secret"));

        const preview = await project.pulumi("preview", "--json");
        expect(preview.code, preview.text).toBe(0);
        const { steps } = JSON.parse(preview.text.slice(preview.text.indexOf("{")));
        expect(hashesOf(steps.map(({ newState }: { newState: Recorded }) => newState))).toEqual(SERIALIZED);

        await project.setProgram(programOf(program));
        const up = await printedBy((options) => project.stack.up(options));
        expect(up.failed, up.text).toBe(false);
        expect(up.text).toContain("preflight ok");
        expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
        const { resources } = JSON.parse(await project.stateFile()).checkpoint.latest;
        expect(hashesOf(resources)).toEqual(DEPLOYED);

        const destroyed = await printedBy((options) => project.stack.destroy(options));
        expect(destroyed.failed, destroyed.text).toBe(false);
        expect(await server.query("SELECT slot_name FROM pg_replication_slots")).toEqual([]);
        expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.role])).toEqual([]);
      });

      it("shares one @pulumi/pulumi with its program and with @pulumi/postgresql", () => {
        const ardent = realpathSync(join(home, "node_modules", "pulumi-ardent"));
        const postgresql = packageFolder(ardent, "@pulumi/postgresql");
        const [own, ...others] = [home, ardent, postgresql].map((one) =>
          packageFolder(one, "@pulumi/pulumi"),
        );
        expect(others).toEqual([own, own]);
      });

      it("includes the command line", async () => {
        const command = join(home, "node_modules", ".bin", "pulumi-ardent");
        const { stdout } = await run(command, ["--version"]);
        expect(stdout.trim()).toBe(await versionHere("pulumi-ardent"));
        const notReady = run(command, ["preflight", server.url(), "--role", "nobody", "--output", "json"]);
        const { code, stdout: report } = await notReady.catch((error) => error);
        expect(code).toBe(1);
        const { checks, ...rest } = JSON.parse(report);
        expect(rest).toMatchObject({ ok: false, source: { database: "postgres" } });
        // The pages that findings name are where they say, from the folder of the project.
        for (const { docs } of checks) expect(existsSync(join(home, docs)), docs).toBe(true);
        expect(checks[0].docs).toMatch(/^node_modules\/pulumi-ardent\/docs\/checks\//);
      });
    });
  });
});

interface Recorded {
  readonly type: string;
  readonly inputs?: { readonly __provider?: string };
}

/** The hashes of the serialized providers, by the kind of their resources. */
function hashesOf(resources: readonly Recorded[]): { [kind: string]: string } {
  return Object.fromEntries(
    resources.flatMap(({ type, inputs }) => {
      if (inputs?.__provider === undefined) return [];
      return [[type.replace(/.*:/, ""), createHash("sha256").update(inputs.__provider).digest("hex")]];
    }),
  );
}

/** Where a package lies that is required from a folder. */
function packageFolder(from: string, name: string): string {
  const paths = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, "package.json")));
  if (found === undefined) throw new Error(`${name} is not to be had from ${from}`);
  return realpathSync(found);
}
