import type * as pulumi from "@pulumi/pulumi";

/** The dynamic resources of this package, by the name under which the shim finds their provider. */
export type ProviderKind = "Preflight" | "Connector" | "Replication" | "Branch" | "RoleCleanup";

/** The stack's configuration, as the engine passes it to a dynamic provider. */
export interface StackConfig {
  /** The value of a key such as `ardent:token`, decrypted; undefined when it is not set. */
  get(key: string): string | undefined;
}

/** Properties as they come over the wire: plain JSON, secrets in clear text, unknown values as `UNKNOWN`. */
export type Properties = { readonly [name: string]: unknown };

export { UNKNOWN } from "../unknown-value";

/** A dynamic provider behind the shim: Pulumi's methods, each with the stack's configuration added. */
export interface Provider {
  check(
    olds: Properties,
    news: Properties,
    config: StackConfig | undefined,
  ): Promise<pulumi.dynamic.CheckResult<Properties>>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
    config: StackConfig | undefined,
  ): Promise<pulumi.dynamic.DiffResult>;
  create(
    inputs: Properties,
    config: StackConfig | undefined,
  ): Promise<pulumi.dynamic.CreateResult<Properties>>;
  read(
    id: string,
    props: Properties,
    config: StackConfig | undefined,
  ): Promise<pulumi.dynamic.ReadResult<Properties>>;
  update(
    id: string,
    olds: Properties,
    news: Properties,
    config: StackConfig | undefined,
  ): Promise<pulumi.dynamic.UpdateResult<Properties>>;
  delete(id: string, props: Properties, config: StackConfig | undefined): Promise<void>;
}
