import type * as pulumi from "@pulumi/pulumi";
import type { AdminArgs } from "../dynamic/source/source-args";
import type { FailureAction } from "../failure-action";
import type { SslMode } from "../postgres/ssl-mode";
import type { ReplicaIdentityDecision } from "../replica-identity-decision";

/**
 * What a {@link PostgresSource} connects.
 *
 * The keys of `schemas`, `owners` and `role.create` decide which resources exist and are plain; every other leaf
 * may be an Output.
 */
export interface PostgresSourceArgs {
  /** The source as Ardent reaches it: a host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /**
   * The port there.
   * @default 5432
   */
  port?: pulumi.Input<number> | undefined;
  /** The database to replicate. */
  database: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default "require"; on a loopback address "disable" for this runner, while Ardent is judged as coming with TLS
   */
  sslMode?: pulumi.Input<SslMode> | undefined;
  /**
   * Confirms plaintext connections where the host is not a loopback address: passwords and data then go
   * over the network as plain text, from Ardent and from this runner.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /**
   * A file with the certificate of the authority that signed the server's, PEM; from the program's folder.
   * @default the public authorities
   */
  caFile?: string | undefined;
  /** The user that creates the role and the grants; `host` and `port` when this runner goes another way. */
  admin: AdminArgs;
  /**
   * A user that only reads, for preflight.
   * @default the admin
   */
  inspector?: AdminArgs | undefined;
  /** The role that Ardent logs in as. */
  role: PostgresSourceRoleArgs;
  /** The schemas to replicate, by name. */
  schemas: { [schema: string]: SchemaArgs };
  /**
   * Roles that will create no more tables, whatever they own or may create: they are left out where the owners of
   * future tables are judged. Who is named as an owner of a schema is judged there all the same.
   */
  ignoreOwners?: pulumi.Input<string>[] | undefined;
  /** The IPv4 address that Ardent connects from. Without it pg_hba.conf is not judged. */
  egressIp?: pulumi.Input<string> | undefined;
  /**
   * What to do with tables that have no usable replica identity, by `schema.table`: `exclude`, `add_pk` or
   * `replica_identity_full`.
   */
  replicaIdentity?: { [table: string]: pulumi.Input<ReplicaIdentityDecision> } | undefined;
  /** The connector to make; without it, only the role, the grants and preflight. */
  connector?: PostgresSourceConnectorArgs | undefined;
  /**
   * What a failing check does when nothing is installed yet: `fail` ends the preview and the deployment, `warn`
   * only shows it.
   * @default "fail"
   */
  onFailure?: pulumi.Input<FailureAction> | undefined;
  /**
   * What a check that has become worse does later: `warn` shows and records it, `fail` makes the update fail.
   * @default "warn"
   */
  onDrift?: pulumi.Input<FailureAction> | undefined;
}

/** The role that Ardent logs in as. */
export interface PostgresSourceRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password Ardent logs in with. It reaches the server, its log and the role's state only as a verifier. */
  password: pulumi.Input<string>;
  /**
   * `false` for a role that another `PostgresSource` or somebody else manages: it is never altered.
   * @default true
   */
  create?: boolean | undefined;
  /**
   * Whether the role is a superuser. `false` means grants and preflight only: a connector needs event triggers,
   * and those need a superuser today. Every check then judges the role as none, even while it still is one.
   * @default true
   */
  superuser?: pulumi.Input<boolean> | undefined;
}

/** A schema to replicate. */
export interface SchemaArgs {
  /** Roles that create tables here: what they create later is readable without another deployment. */
  owners?: string[] | undefined;
}

/** The connector to make at Ardent. */
export interface PostgresSourceConnectorArgs {
  /** The project it belongs to. */
  projectId: pulumi.Input<string>;
  /**
   * Its name at Ardent.
   * @default "<project>-<stack>-<name>", with the name of the PostgresSource
   */
  name?: pulumi.Input<string> | undefined;
  /**
   * Whether a connector of that name, made elsewhere, is taken over. One that has the default name always is, as
   * an interrupted deployment leaves it.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /** The connector to take over, by its id; without a `name` it keeps its own. */
  connectorId?: pulumi.Input<string> | undefined;
  /**
   * The tables to replicate. `["*"]`, every table of the database, is what Ardent documents; `schema.table` is how
   * its messages name tables, and is passed on as it is.
   * @default ["*"]
   */
  selection?: pulumi.Input<string>[] | undefined;
  /**
   * Whether Ardent refuses to delete the connector, from whichever side: `pulumi destroy` too, until this is `false`
   * again.
   * @default the lock is left as it is
   */
  deletionLock?: pulumi.Input<boolean> | undefined;
  /**
   * Extensions of the source that branches do without.
   * @default they are left as they are
   */
  dropExtensions?: pulumi.Input<string>[] | undefined;
  /**
   * Ids of quarantines to release: parts of the replication that Ardent has paused, as preview shows them with their
   * reason. One that is released already is passed over.
   */
  releaseQuarantines?: pulumi.Input<string>[] | undefined;
  /**
   * How long a deployment waits for the first sync, in seconds. When the time is up it fails, the work continues at
   * Ardent, and the next `pulumi up` keeps waiting for it.
   * @default 7200
   */
  timeout?: pulumi.Input<number> | undefined;
  /**
   * Whether a deployment waits for the first sync.
   * @default true
   */
  wait?: pulumi.Input<boolean> | undefined;
}
