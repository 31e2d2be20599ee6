import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs } from "../source/source-args";

/** What a {@link Connector} is made from. */
export interface ConnectorArgs {
  /** The Ardent project it belongs to. Another one moves it. */
  projectId: pulumi.Input<string>;
  /** The source as Ardent reaches it, and the role that Ardent logs in as. */
  source: ConnectorSourceArgs;
  /**
   * The connector's name in Ardent. Another one renames it. The default, `<project>-<stack>-<name>`, is taken over
   * without asking when it exists already, as an interrupted deployment leaves it; one that you chose is not: see
   * `adopt`.
   * @default "<project>-<stack>-<name>"
   */
  connectorName?: pulumi.Input<string> | undefined;
  /**
   * Whether a connector that has `connectorName` already is taken over.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /** Takes over the connector with this id, whatever its name; without a `connectorName` it keeps its own. */
  connectorId?: pulumi.Input<string> | undefined;
  /**
   * Whether Ardent refuses to delete it, from whichever side: `pulumi destroy` too, until this is `false` again.
   * @default the lock is left as it is
   */
  deletionLock?: pulumi.Input<boolean> | undefined;
  /**
   * Extensions of the source that branches do without.
   * @default they are left as they are
   */
  dropExtensions?: pulumi.Input<string>[] | undefined;
  /**
   * A user that, once the connector is deleted, looks at the source and reports what is left there: the slot, event
   * triggers, the schema `pgstream`. Without it nobody looks.
   */
  admin?: AdminArgs | undefined;
}

/** A source as Ardent reaches it, with the role that Ardent logs in as. */
export interface ConnectorSourceArgs {
  /** A host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /**
   * The port there.
   * @default 5432
   */
  port?: pulumi.Input<number> | undefined;
  /** The database to replicate. Another one is another source: it replaces the connector. */
  database: pulumi.Input<string>;
  /** The role that Ardent logs in as. */
  user: pulumi.Input<string>;
  /** The role's password, kept as a secret. Another one is set in place, without a new synchronization. */
  password: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default left to Ardent
   */
  sslMode?: pulumi.Input<string | undefined>;
  /**
   * Confirms plaintext connections where the host is not a loopback address: passwords and data then go
   * over the network as plain text.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /** The certificate of the authority that signed the server's, as PEM; for the look with `admin` alone. */
  caCertificate?: pulumi.Input<string> | undefined;
}

/**
 * A connector: a Postgres source that Ardent knows and can log in to. What is replicated from it, and when, is
 * {@link Replication}'s.
 *
 * There is exactly one, whatever happens in between: one that is there already is found by its name and project and
 * taken over, and one whose creation got no answer is looked for, never made twice. Deleting it waits until Ardent
 * has ended the replication.
 */
export class Connector extends pulumi.dynamic.Resource {
  /** The connector's id, which is also the resource's `id`. */
  declare readonly connectorId: pulumi.Output<string>;
  /** The name that it has. */
  declare readonly connectorName: pulumi.Output<string>;
  /** The Ardent project that it belongs to. */
  declare readonly projectId: pulumi.Output<string>;
  /** The Ardent organization that it belongs to. */
  declare readonly orgId: pulumi.Output<string>;

  /**
   * @param name - the resource's name
   * @param args - what it is made from
   * @param opts - `dependsOn` the grants and the Preflight of the same source
   */
  constructor(name: string, args: ConnectorArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Connector"),
      name,
      {
        ...args,
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

/** The name that a connector gets when nobody chose one: `<project>-<stack>-<name>`. */
export function defaultConnectorName(name: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
}
