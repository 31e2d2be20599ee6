import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json";
import { installedPackage } from "../support/installed-package";
import { type SharedPostgres, sharedPostgres } from "../support/postgres";

const run = promisify(execFile);

/** What people run: the oldest one that `engines` allows, and the later ones with long-term support. */
const MAJORS = [22, 24, 26];

describe("the packed tarball", () => {
  it("is tested on the oldest Node that it allows", () => {
    expect(manifest.engines.node).toBe(`>=${MAJORS[0]}`);
  });

  describe.each(MAJORS)("on Node %i", (major) => {
    let home: string;
    let node: string;
    let server: SharedPostgres;
    const onNode = (file: string, ...args: string[]) =>
      run(file, args, { cwd: home, env: { ...process.env, PATH: `${node}:${process.env.PATH}` } });

    beforeAll(async () => {
      const { ensureNode } = await import("../../scripts/lib/node.mjs");
      [home, node, server] = await Promise.all([installedPackage(), ensureNode(major), sharedPostgres(17)]);
    });

    it("is loaded by require and by import", async () => {
      const print = `console.log(process.version, ...Object.keys(ardent).filter((name) => typeof ardent[name] === "function").sort())`;
      const required = await onNode("node", "--eval", `const ardent = require("pulumi-ardent"); ${print}`);
      const imported = await onNode(
        "node",
        "--input-type=module",
        "--eval",
        `import * as ardent from "pulumi-ardent"; ${print}`,
      );
      expect(required.stdout).toMatch(new RegExp(`^v${major}\\..* PostgresSource Preflight `));
      expect(imported.stdout).toBe(required.stdout);
    });

    it("prints its help and the grants of a database", async () => {
      const help = await onNode("npx", "--no-install", "pulumi-ardent", "--help");
      expect(help.stdout).toContain("Usage: pulumi-ardent [options] [command]");
      const database = await server.createDatabase("node");
      await server.query("CREATE TABLE orders (id int PRIMARY KEY)", [], { database });
      const command = join("node_modules", ".bin", "pulumi-ardent");
      const { stdout } = await onNode(
        command,
        ...["grants", server.url(database), "--schemas", "public", "--role", "ardent_replication"],
      );
      expect(stdout).toContain('GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "ardent_replication";');
    });
  });
});
