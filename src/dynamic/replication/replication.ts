import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";

/** The arguments of {@link Replication}. */
export interface ReplicationArgs {
  /** The id of the connector. Changing it replaces this resource. */
  connectorId: pulumi.Input<string>;
  /**
   * The tables to replicate. Ardent documents only `["*"]`, every table; `schema.table`, as in its messages, is passed on
   * unchanged.
   * @default ["*"]
   */
  selection?: pulumi.Input<string>[] | undefined;
  /**
   * The decision for each table without a usable replica identity, by `schema.table`: `exclude` does not replicate the
   * table; `add_pk` and `replica_identity_full` mean that you add a primary key, or set REPLICA IDENTITY FULL. Every such
   * table needs a decision; of a partitioned table, each partition.
   */
  decisions?: { [table: string]: pulumi.Input<string> } | undefined;
  /**
   * Ids of quarantines to release: parts of the replication that Ardent has paused. Preview shows the ids and the
   * reasons. An id that is already released is ignored.
   */
  releaseQuarantines?: pulumi.Input<string>[] | undefined;
  /**
   * Whether the deployment waits until the replication runs.
   * @default true
   */
  wait?: pulumi.Input<boolean> | undefined;
  /**
   * How long it waits, in seconds. After that the deployment fails, but the work continues at Ardent, and the next
   * `pulumi up` keeps waiting for it.
   * @default 7200
   */
  timeout?: pulumi.Input<number> | undefined;
}

/**
 * The replication of a connector: discovery of the tables, their selection, the decisions about those without a
 * replica identity, and the setup with its first copy of the data. The steps are repeated if the selection or a decision
 * changes, and if preview finds that the replication has failed.
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
