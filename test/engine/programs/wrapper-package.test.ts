import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator";
import { engineProject, printedBy } from "../../support/engine";
import { installWithPnpm, packPackage, versionHere } from "../../support/installed-package";
import { type PostgresServer, startPostgres } from "../../support/postgres";
import { EVERYTHING } from "../../support/tier";
import { createShop, passwords, shopProgram } from "../shop";

/** A company's own package: programs depend on it, and not on pulumi-ardent. */
const PLATFORM = `import * as ardent from "pulumi-ardent";
export const connectSource = (name, args) => new ardent.PostgresSource(name, args);
`;

/** The program of a body that `shopProgram` writes. */
const programOf = (body: string) => `import * as pulumi from "@pulumi/pulumi";
import { connectSource } from "@acme/platform";
const config = new pulumi.Config();
${body.replace("new ardent.PostgresSource(", "connectSource(").replace("exports.connectorId =", "export const connectorId =")}`;

describe("a program that has pulumi-ardent through another package", { timeout: 600_000 }, () => {
  let folder: string;
  let server: PostgresServer;
  let emulator: Emulator;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-ardent-wrapper-"));
    [server, emulator] = await Promise.all([startPostgres({ major: 17 }), startEmulator()]);
  });
  afterAll(async () => {
    await Promise.all([emulator.close(), server.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  // pnpm links what is hoisted in a folder of its own; without that, only the wrapper finds its dependencies.
  const layouts = [
    ["as pnpm installs it", "hoist"],
    ["as pnpm installs it with `hoist=false`", "no-hoist"],
  ];
  it.each(layouts.slice(0, EVERYTHING ? 2 : 1))(
    "is previewed, deployed, refreshed and destroyed %s",
    async (_, layout) => {
      const home = await workspace(join(folder, layout), layout === "hoist");
      const shop = await createShop(server);
      const body = shopProgram(server, shop, { connector: { projectId: emulator.projectId } });
      const env = { ARDENT_TOKEN: emulator.token, ARDENT_API_URL: emulator.url };
      await using project = await engineProject(programOf(body), env, { home, main: "index.mjs" });
      await project.setConfig(passwords(server, "role-secret"));

      const preview = await project.pulumi("preview");
      expect(preview.code, preview.text).toBe(0);
      expect(preview.text).toContain("preflight ok");
      const up = await printedBy((options) => project.stack.up(options));
      expect(up.failed, up.text).toBe(false);
      expect((await project.stack.outputs()).connectorId?.value).toMatch(/^con_/);
      const refreshed = await project.pulumi("refresh", "--yes", "--expect-no-changes");
      expect(refreshed.code, refreshed.text).toBe(0);
      const destroyed = await printedBy((options) => project.stack.destroy(options));
      expect(destroyed.failed, destroyed.text).toBe(false);
      expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.role])).toEqual([]);
    },
  );

  it("is refused in preview, with the fix, where the engine cannot find pulumi-ardent", async () => {
    const home = await workspace(join(folder, "nested"), false);
    const manifest = join(home, "package.json");
    await writeFile(manifest, (await readFile(manifest, "utf8")).replace(/"@acme.platform".*,\n/, ""));
    const shop = await createShop(server);
    const body = shopProgram(server, shop);
    await using project = await engineProject(programOf(body), {}, { home, main: "index.mjs" });
    await project.setConfig(passwords(server, "role-secret"));
    const preview = await project.pulumi("preview");
    expect(preview.code, preview.text).not.toBe(0);
    expect(preview.text).toContain("npm install pulumi-ardent");
    expect(preview.text).not.toContain("Cannot find module");
    expect(await server.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.role])).toEqual([]);
  });
});

/**
 * Makes a workspace of pnpm with the wrapper and a program's folder, and installs it.
 *
 * @returns the program's folder
 */
async function workspace(folder: string, hoist: boolean): Promise<string> {
  const files: { readonly [path: string]: object | string } = {
    "package.json": { name: "workspace", private: true },
    "pnpm-workspace.yaml": "packages: [infra, platform]\n",
    ".npmrc": `hoist=${hoist}\n`,
    "platform/package.json": {
      name: "@acme/platform",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
      dependencies: { "pulumi-ardent": "file:../pulumi-ardent.tgz" },
      peerDependencies: { "@pulumi/pulumi": "^3" },
    },
    "platform/index.js": PLATFORM,
    "infra/package.json": {
      name: "infra",
      private: true,
      type: "module",
      dependencies: {
        "@acme/platform": "workspace:*",
        "@pulumi/pulumi": await versionHere("@pulumi/pulumi"),
      },
    },
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(
      join(folder, path),
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
  }
  const { filename } = await packPackage(folder);
  await rename(join(folder, filename), join(folder, "pulumi-ardent.tgz"));
  await installWithPnpm(folder, join(folder, "..", "store"));
  return join(folder, "infra");
}
