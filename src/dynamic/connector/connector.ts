import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs } from "../source/source-args";

/** The arguments of {@link Connector}. */
export interface ConnectorArgs {
  /** The Ardent project it belongs to. Changing it moves the connector. */
  projectId: pulumi.Input<string>;
  /** The address of the source that Ardent connects to, and the role that Ardent logs in as. */
  source: ConnectorSourceArgs;
  /**
   * The connector's name at Ardent. Changing it renames the connector. An existing connector with the default name,
   * `<project>-<stack>-<name>`, is always adopted, because it may come from an interrupted deployment; for a name that you
   * chose, see `adopt`.
   * @default "<project>-<stack>-<name>"
   */
  connectorName?: pulumi.Input<string> | undefined;
  /**
   * Whether to adopt an existing connector with the name `connectorName`.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /** Adopts the connector with this id; without a `connectorName` it keeps its name. */
  connectorId?: pulumi.Input<string> | undefined;
  /**
   * Whether Ardent rejects every deletion of it, also `pulumi destroy`, until this is `false` again.
   * @default the lock is not changed
   */
  deletionLock?: pulumi.Input<boolean> | undefined;
  /**
   * Extensions of the source that branches do not need.
   * @default the list is not changed
   */
  dropExtensions?: pulumi.Input<string>[] | undefined;
  /**
   * A user that checks the source after the connector was deleted, to report what is left: the slot, event triggers, the
   * schema `pgstream`. Without it the source is not checked.
   */
  admin?: AdminArgs | undefined;
}

/** The address of a source that Ardent connects to, with the role that Ardent logs in as. */
export interface ConnectorSourceArgs {
  /** A host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /**
   * The port that Ardent connects to.
   * @default 5432
   */
  port?: pulumi.Input<number> | undefined;
  /** The database to replicate. Changing it replaces the connector, because it is another source. */
  database: pulumi.Input<string>;
  /** The role that Ardent logs in as. */
  user: pulumi.Input<string>;
  /** The role's password, stored as a secret. It can be changed in place, without copying the data again. */
  password: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default left to Ardent
   */
  sslMode?: pulumi.Input<string | undefined>;
  /**
   * Confirms plaintext connections to a host that is not a loopback address: passwords and data are then sent over the
   * network as plain text.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /** The certificate of the authority that signed the server's, as PEM; used only for the check with `admin`. */
  caCertificate?: pulumi.Input<string> | undefined;
}

/**
 * A connector: a Postgres source that Ardent knows and can log in to. {@link Replication} decides what is replicated from
 * it, and when.
 *
 * There is always exactly one connector, even after interrupted runs: an existing one is found by its name and project
 * and adopted, and if the response to a creation is lost, the connector is searched for instead of created again.
 * Deleting it waits until Ardent has ended the replication.
 */
export class Connector extends pulumi.dynamic.Resource {
  /** The connector's id, which is also the resource's `id`. */
  declare readonly connectorId: pulumi.Output<string>;
  /** Its current name. */
  declare readonly connectorName: pulumi.Output<string>;
  /** The Ardent project that it belongs to. */
  declare readonly projectId: pulumi.Output<string>;
  /** The Ardent organization that it belongs to. */
  declare readonly orgId: pulumi.Output<string>;

  /**
   * @param name - the resource's name
   * @param args - the source, the project and the name
   * @param opts - `dependsOn` the grants and the Preflight of the same source
   */
  constructor(name: string, args: ConnectorArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Connector"),
      name,
      {
        ...args,
        preview: pulumi.runtime.isDryRun(),
        source: secretPassword(args.source),
        admin: args.admin && secretPassword(args.admin),
        defaultName: defaultConnectorName(name),
        connectorId: args.connectorId,
        connectorName: args.connectorName,
        orgId: undefined,
      },
      pulumi.mergeOptions(opts, {
        additionalSecretOutputs: ["source", "admin"],
        // `--replace` and a tainted resource ask no diff. Made before the old one is gone, the new resource would take
        // over the old one's connector, which is then deleted with it.
        deleteBeforeReplace: true,
      }),
      "ardent",
      "Connector",
    );
  }
}

/** The default name of a connector: `<project>-<stack>-<name>`. */
export function defaultConnectorName(name: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
}
