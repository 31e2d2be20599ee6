import type * as pulumi from "@pulumi/pulumi";
import type { ProviderKind } from "./provider";

/**
 * The provider that Pulumi serializes into users' states: one method, which loads the implementation when the
 * engine starts it. So the state holds half a kilobyte, the same bytes in every release, and a fix reaches
 * resources that already exist. The engine calls `configure` before anything else (`@pulumi/pulumi` 3.139).
 *
 * `pulumi-ardent/dynamic` and `providerOf` are frozen in users' states: never rename them. Nothing else of this
 * package may be named in the body: what a function captures is serialized with it.
 */
export function shim(kind: ProviderKind): pulumi.dynamic.ResourceProvider {
  const provider: Pick<pulumi.dynamic.ResourceProvider, "configure"> & { kind: ProviderKind } = {
    kind,
    configure: async function (this: { kind: ProviderKind }, request) {
      Object.assign(this, require("pulumi-ardent/dynamic").providerOf(this.kind, request.config));
    },
  };
  // The other methods are there once it is configured.
  return provider as pulumi.dynamic.ResourceProvider & { kind: ProviderKind };
}
