import * as pulumi from "@pulumi/pulumi";
import type { FailureAction } from "../../failure-action";
import type { ServerIdentity } from "../../preflight/facts/server-identity";
import type { ReplicaIdentityDecision } from "../../replica-identity-decision";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs, SourceConnectionArgs } from "../source/source-args";

/** The arguments of {@link Preflight}. */
export interface PreflightArgs {
  /** The address of the source that Ardent connects to. */
  source: SourceConnectionArgs;
  /** The user that reads the source from this runner. */
  admin: AdminArgs;
  /**
   * The user as which `@pulumi/postgresql` creates the role and its grants, if another one reads the source.
   * @default the admin's user
   */
  deployer?: pulumi.Input<string> | undefined;
  /** The role that Ardent logs in as. */
  role: PreflightRoleArgs;
  /** The schemas to replicate, by name. */
  schemas: { [schema: string]: PreflightSchemaArgs };
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
  /** The wanted connector; without it, only grants are checked, and the role does not have to be a superuser. */
  connector?: PreflightConnectorArgs | undefined;
  /**
   * Ids of resources of this program that create the source. In a preview, while one of them is still to be created, what
   * is missing is pending and fails no preview: the deployment checks it.
   */
  createdBy?: PreflightCreatorArgs | undefined;
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

/** The role, with the facts that preflight needs. */
export interface PreflightRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password that Ardent will log in with; set it as a secret. It is compared with the stored one. */
  password: pulumi.Input<string>;
  /**
   * Whether this program creates the role.
   * @default true
   */
  create?: pulumi.Input<boolean> | undefined;
  /**
   * Whether the role should be a superuser. With `false`, every check treats it as if it were not one, even while it is.
   * @default true
   */
  superuser?: pulumi.Input<boolean> | undefined;
}

/** A schema to replicate. */
export interface PreflightSchemaArgs {
  /** Roles that create tables here, so that preflight also checks access to their future tables. */
  owners?: pulumi.Input<string>[] | undefined;
}

/** The ids of the resources that create a source, by the part that they create, and with it what it contains. */
export interface PreflightCreatorArgs {
  /** Of those that create the server, or perhaps anything. */
  server?: pulumi.Input<string[]> | undefined;
  /** Of those that create the database. */
  database?: pulumi.Input<string[]> | undefined;
  /** Of those that create schemas in it, or their owners. */
  contents?: pulumi.Input<string[]> | undefined;
  /** Of those that create the role, if `role.create` is false. */
  role?: pulumi.Input<string[]> | undefined;
  /** Of the role that this program creates: while it is still to be created, no role may have its name. */
  ownRole?: pulumi.Input<string[]> | undefined;
}

/** How preflight finds the connector, to know which objects on the source belong to it. */
export interface PreflightConnectorArgs {
  /** The Ardent project that it belongs to. */
  projectId: pulumi.Input<string>;
  /** Its name at Ardent. */
  name: pulumi.Input<string>;
  /** Its id, if it is adopted by id; it is then found only by this. */
  connectorId?: pulumi.Input<string> | undefined;
  /**
   * Whether an existing connector with this name is adopted. With `false`, the first install fails if there is one.
   * @default true
   */
  adopt?: pulumi.Input<boolean> | undefined;
  /**
   * The tables that it replicates: a preview that takes a schema out says whether its tables are still replicated.
   * @default ["*"]
   */
  selection?: pulumi.Input<string>[] | undefined;
}

/**
 * Checks in `pulumi preview` whether the source is ready for Ardent, and stops `pulumi up` before it creates a connector
 * that cannot work.
 *
 * On the first install, a failed check ends the preview, which says what failed, how to fix it and what is pending. Later,
 * a check that got worse is shown as a change of `checks`, printed and recorded. Nothing is written to the source, except for a temporary slot in `up`
 * that tests wal2json.
 */
export class Preflight extends pulumi.dynamic.Resource {
  /** The last recorded outcomes, by check id. */
  declare readonly checks: pulumi.Output<{ [id: string]: string }>;
  /** The cluster: `systemIdentifier`, `timeline` and `major`. A change explains why a slot no longer exists. */
  declare readonly server: pulumi.Output<ServerIdentity | undefined>;

  /**
   * @param name - the resource's name
   * @param args - what to check
   * @param opts - `dependsOn` the grants, so that the deployment checks their result
   */
  constructor(name: string, args: PreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Preflight"),
      name,
      {
        ...args,
        preview: pulumi.runtime.isDryRun(),
        admin: secretPassword(args.admin),
        role: secretPassword(args.role),
        checks: undefined,
        server: undefined,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["admin", "role"] }),
      "ardent",
      "Preflight",
    );
  }
}
