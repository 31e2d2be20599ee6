import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";

/** What a {@link Branch} is made from. */
export interface BranchArgs {
  /** The id of the connector that is branched. Another one makes another branch. */
  connectorId: pulumi.Input<string>;
  /** The branch's name, unique among those of its connector. Another one makes another branch. */
  name: pulumi.Input<string>;
  /**
   * Whether a branch that has this name already, and that this resource did not make, is taken over.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /**
   * How long the deployment waits for the branch, in seconds. When the time is up it fails, the work continues at
   * Ardent, and the next `pulumi up` keeps waiting for the same branch.
   * @default 600
   */
  timeout?: pulumi.Input<number> | undefined;
}

/**
 * A branch: a Postgres database of its own with the data of a connector's source, to be changed without touching the
 * source. The connector's replication has to be set up; in the program that does it, `dependsOn` that.
 *
 * There is exactly one, whatever happens in between: it is asked for with an idempotency key made from the resource's
 * project, stack and name, the connector and the branch's name, so a repeated `pulumi up` gets the branch that an
 * interrupted one began.
 *
 * Ardent's API has no way to delete a branch: deleting this resource leaves it there, and prints the command of
 * Ardent's CLI that removes it. Until that is run, the same resource made again gets the same branch again, with the
 * data that it then has; afterwards it gets a new one.
 */
export class Branch extends pulumi.dynamic.Resource {
  /** The branch's id at Ardent. */
  declare readonly branchId: pulumi.Output<string>;
  /** The id of the connector that it was branched from. */
  declare readonly connectorId: pulumi.Output<string>;
  /** The branch's name. */
  declare readonly name: pulumi.Output<string>;
  /** The connection URL with its password, a secret; to be used exactly as it is. */
  declare readonly url: pulumi.Output<string>;
  /** When it was made, as Ardent writes it. */
  declare readonly createdAt: pulumi.Output<string>;

  /**
   * @param name - the resource's name
   * @param args - what is branched, and the branch's name
   * @param opts - Pulumi's options for resources
   */
  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Branch"),
      name,
      {
        ...args,
        // Without its parents: moved into a component, with an alias, it is the same branch.
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
