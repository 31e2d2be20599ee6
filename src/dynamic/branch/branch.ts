import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";

/** The arguments of {@link Branch}. */
export interface BranchArgs {
  /** The id of the connector to branch. Changing it creates another branch. */
  connectorId: pulumi.Input<string>;
  /** The branch's name, unique within its connector. Changing it creates another branch. */
  name: pulumi.Input<string>;
  /**
   * Whether to adopt an existing branch with this name that this resource did not create.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /**
   * How long the deployment waits for the branch, in seconds. After that it fails, but the work continues at Ardent, and
   * the next `pulumi up` keeps waiting for the same branch.
   * @default 600
   */
  timeout?: pulumi.Input<number> | undefined;
}

/**
 * A branch: a separate Postgres database with the data of a connector's source, which you can change without affecting
 * the source. The connector's replication has to be set up; in the program that sets it up, `dependsOn` it.
 *
 * There is always exactly one branch, even after interrupted runs: it is requested with an idempotency key made from the
 * resource's project, stack and name, the connector and the branch's name, so a repeated `pulumi up` gets the branch that
 * an interrupted one requested.
 *
 * Ardent's API cannot delete a branch: deleting this resource leaves the branch at Ardent, and prints the command of
 * Ardent's CLI that removes it. Before you run that command, recreating the resource returns the same branch with its
 * current data; afterwards it creates a new one.
 */
export class Branch extends pulumi.dynamic.Resource {
  /** The branch's id at Ardent. */
  declare readonly branchId: pulumi.Output<string>;
  /** The id of the connector that it was branched from. */
  declare readonly connectorId: pulumi.Output<string>;
  /** The branch's name. */
  declare readonly name: pulumi.Output<string>;
  /** The connection URL with its password, a secret; use it unchanged. */
  declare readonly url: pulumi.Output<string>;
  /** When it was created, as Ardent writes it. */
  declare readonly createdAt: pulumi.Output<string>;

  /**
   * @param name - the resource's name
   * @param args - the connector and the branch's name
   * @param opts - Pulumi's options for resources
   */
  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Branch"),
      name,
      {
        ...args,
        // Without its parents: if it is moved into a component with an alias, it stays the same branch.
        origin: pulumi.createUrn(name, "pulumi-nodejs:dynamic/ardent:Branch"),
        branchId: undefined,
        url: undefined,
        createdAt: undefined,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["url"] }),
      "ardent",
      "Branch",
    );
  }
}
