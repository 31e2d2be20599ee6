import type * as pulumi from "@pulumi/pulumi";
import type { AdminArgs } from "../dynamic/source/source-args";
import type { FailureAction } from "../failure-action";
import type { SslMode } from "../postgres/ssl-mode";
import type { ReplicaIdentityDecision } from "../replica-identity-decision";

/**
 * The arguments of {@link PostgresSource}.
 *
 * The keys of `schemas`, `owners` and `role.create` decide which resources exist, so they are plain values; every other
 * value can be an Output.
 */
export interface PostgresSourceArgs {
  /** The address that Ardent connects to: a host name with an IPv4 address, or an IPv4 address. */
  host: pulumi.Input<string>;
  /**
   * The port that Ardent connects to.
   * @default 5432
   */
  port?: pulumi.Input<number> | undefined;
  /** The database to replicate. */
  database: pulumi.Input<string>;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default "require"; for a loopback address "disable" on this machine, while Ardent is assumed to use TLS
   */
  sslMode?: pulumi.Input<SslMode> | undefined;
  /**
   * Confirms plaintext connections to a host that is not a loopback address: Ardent and this machine then send passwords
   * and data over the network as plain text.
   * @default false
   */
  allowCleartext?: pulumi.Input<boolean> | undefined;
  /**
   * A file with the certificate of the authority that signed the server's, PEM; from the program's folder.
   * @default the public authorities
   */
  caFile?: string | undefined;
  /** The user that creates the role and the grants; set `host` and `port` if this machine uses another address. */
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
   * Roles that will not create tables, even if they own or could create some: the checks of future tables leave them out.
   * A role that is also in the `owners` of a schema is still checked there.
   */
  ignoreOwners?: pulumi.Input<string>[] | undefined;
  /** The IPv4 address that Ardent connects from. Without it pg_hba.conf is not checked. */
  egressIp?: pulumi.Input<string> | undefined;
  /**
   * The decision for each table without a usable replica identity, by `schema.table`: `exclude`, `add_pk` or
   * `replica_identity_full`. Of a partitioned table, each partition needs its own.
   */
  replicaIdentity?: { [table: string]: pulumi.Input<ReplicaIdentityDecision> } | undefined;
  /** The connector to create; without it, there are only the role, the grants and preflight. */
  connector?: PostgresSourceConnectorArgs | undefined;
  /**
   * What a failed check does on the first install: `fail` ends the preview and the deployment, `warn` only shows it.
   * @default "fail"
   */
  onFailure?: pulumi.Input<FailureAction> | undefined;
  /**
   * What a check that got worse does later: `warn` shows and records it, `fail` makes the update fail. That the server or
   * Ardent rejects the login or the token of the run says nothing about the source: `warn` only shows it.
   * @default "warn"
   */
  onDrift?: pulumi.Input<FailureAction> | undefined;
}

/** The role that Ardent logs in as. */
export interface PostgresSourceRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password that Ardent logs in with. The server, its log and the role's state only get a SCRAM verifier of it. */
  password: pulumi.Input<string>;
  /**
   * `false` for a role that is managed elsewhere, for example by another `PostgresSource`: it is never altered.
   * @default true
   */
  create?: boolean | undefined;
  /**
   * Whether the role is a superuser. `false` means only grants and preflight: a connector needs event triggers, which
   * currently need a superuser. Every check then treats the role as if it were not one, even while it still is.
   * @default true
   */
  superuser?: pulumi.Input<boolean> | undefined;
}

/** A schema to replicate. */
export interface SchemaArgs {
  /** Roles that create tables here: Ardent can read their future tables without another deployment. */
  owners?: string[] | undefined;
}

/** The connector to create at Ardent. */
export interface PostgresSourceConnectorArgs {
  /** The project it belongs to. */
  projectId: pulumi.Input<string>;
  /**
   * Its name at Ardent.
   * @default "<project>-<stack>-<name>", with the name of the PostgresSource
   */
  name?: pulumi.Input<string> | undefined;
  /**
   * Whether to adopt an existing connector with that name. One with the default name is always adopted, because it may
   * come from an interrupted deployment.
   * @default false
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /** The id of a connector to adopt; without a `name` it keeps its own. */
  connectorId?: pulumi.Input<string> | undefined;
  /**
   * The tables to replicate. Ardent documents only `["*"]`, every table of the database; `schema.table`, as in its
   * messages, is passed on unchanged.
   * @default ["*"]
   */
  selection?: pulumi.Input<string>[] | undefined;
  /**
   * Whether Ardent rejects every deletion of the connector, also `pulumi destroy`, until this is `false` again.
   * @default the lock is not changed
   */
  deletionLock?: pulumi.Input<boolean> | undefined;
  /**
   * Extensions of the source that branches do not need.
   * @default the list is not changed
   */
  dropExtensions?: pulumi.Input<string>[] | undefined;
  /**
   * Ids of quarantines to release: parts of the replication that Ardent has paused. Preview shows the ids and the
   * reasons. An id that is already released is ignored.
   */
  releaseQuarantines?: pulumi.Input<string>[] | undefined;
  /**
   * How long a deployment waits for the first sync, in seconds. After that it fails, but the work continues at Ardent,
   * and the next `pulumi up` keeps waiting for it.
   * @default 7200
   */
  timeout?: pulumi.Input<number> | undefined;
  /**
   * Whether a deployment waits for the first sync.
   * @default true
   */
  wait?: pulumi.Input<boolean> | undefined;
}
