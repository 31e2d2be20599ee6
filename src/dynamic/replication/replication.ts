import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";

/** What a {@link Replication} does. */
export interface ReplicationArgs {
  /** The id of the connector; another one replaces this resource. */
  connectorId: pulumi.Input<string>;
  /**
   * The tables to replicate. `["*"]`, every table, is what Ardent documents; `schema.table` is how its messages name
   * tables, and is passed on as it is.
   * @default ["*"]
   */
  selection?: pulumi.Input<string>[] | undefined;
  /**
   * What is done about tables that have no usable replica identity, by `schema.table`: `exclude` does not replicate
   * the table; `add_pk` and `replica_identity_full` say that you add a primary key, or set REPLICA IDENTITY FULL.
   * Every such table needs one.
   */
  decisions?: { [table: string]: pulumi.Input<string> } | undefined;
  /**
   * Ids of quarantines to release: parts of the replication that Ardent has paused, as preview shows them with their
   * reason. One that is released already is passed over.
   */
  releaseQuarantines?: pulumi.Input<string>[] | undefined;
  /**
   * Whether the deployment waits until the replication runs.
   * @default true
   */
  wait?: pulumi.Input<boolean> | undefined;
  /**
   * How long it waits, in seconds. When the time is up the deployment fails, the work continues at Ardent, and the next
   * `pulumi up` keeps waiting for it.
   * @default 7200
   */
  timeout?: pulumi.Input<number> | undefined;
}

/**
 * The replication of a connector: discovery of the tables, their selection, the decisions about those without a
 * replica identity, and the setup with its first copy of the data. Another selection or decision repeats the steps,
 * and so does a replication that preview finds failed.
 *
 * Deleting this resource changes nothing at Ardent: the replication ends with its {@link Connector}.
 */
export class Replication extends pulumi.dynamic.Resource {
  /** The id of the connector. */
  declare readonly connectorId: pulumi.Output<string>;

  /**
   * @param name - the resource's name
   * @param args - what to replicate
   * @param opts - Pulumi's options for resources
   */
  constructor(name: string, args: ReplicationArgs, opts?: pulumi.CustomResourceOptions) {
    super(shim("Replication"), name, { ...args }, opts, "ardent", "Replication");
  }
}
