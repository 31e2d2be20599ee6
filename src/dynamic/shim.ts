import type * as pulumi from "@pulumi/pulumi";
import type { ProviderKind } from "./provider";

/**
 * The provider that Pulumi serializes into users' states: one method, which loads the implementation when the
 * engine starts it. So the state contains only two kilobytes, the same bytes in every release, and a fix also applies to
 * existing resources. The engine calls `configure` before anything else (`@pulumi/pulumi` 3.139).
 *
 * A program may have this package only through another one. npm installs it where the program finds it; pnpm and bun do
 * not, so it is also searched for in their hoisted folder, and next to the program's dependencies. The bytes contain no
 * path.
 *
 * `pulumi-ardent/dynamic` and `providerOf` are frozen in users' states: never rename them. Nothing else of this
 * package may be named in the body: what a function captures is serialized with it, and so are comments.
 */
export function shim(kind: ProviderKind): pulumi.dynamic.ResourceProvider {
  const provider: Pick<pulumi.dynamic.ResourceProvider, "configure"> & { kind: ProviderKind } = {
    kind,
    configure: async function (this: { kind: ProviderKind }, request) {
      const { existsSync, realpathSync } = require("node:fs");
      const { dirname, join } = require("node:path");
      const here = process.cwd();
      const paths = [here];
      for (let at = "", next = here; at !== next; next = dirname(at)) {
        at = next;
        const modules = join(at, "node_modules");
        paths.push(join(modules, ".pnpm/node_modules"), join(modules, ".bun/node_modules"));
        const manifest = join(at, "package.json");
        const { dependencies = {} } = existsSync(manifest) ? require(manifest) : {};
        const folders = Object.keys(dependencies).map((name) => join(modules, name));
        paths.push(...folders.filter(existsSync).map((folder) => realpathSync(folder)));
      }
      let found: string;
      try {
        found = require.resolve("pulumi-ardent/dynamic", { paths });
      } catch {
        const reason = `pulumi-ardent is not found from ${here}; add it to this program's dependencies: npm install pulumi-ardent`;
        const fail = () => Promise.reject(new Error(reason));
        const check = async () => ({ failures: [{ property: "", reason }] });
        Object.assign(this, { check, read: fail, delete: fail });
        return;
      }
      Object.assign(this, require(found).providerOf(this.kind, request.config));
    },
  };
  // The other methods are there once it is configured.
  return provider as pulumi.dynamic.ResourceProvider & { kind: ProviderKind };
}
