import * as pulumi from "@pulumi/pulumi";
import type { FailureAction } from "../../failure-action";
import type { ServerIdentity } from "../../preflight/facts/server-identity";
import type { ReplicaIdentityDecision } from "../../replica-identity-decision";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs, SourceConnectionArgs } from "../source/source-args";

/** What {@link Preflight} checks. */
export interface PreflightArgs {
  /** The source as Ardent reaches it. */
  source: SourceConnectionArgs;
  /** The user that reads the source from this runner. */
  admin: AdminArgs;
  /**
   * The user as whom `@pulumi/postgresql` makes the role and its grants, if another one reads the source.
   * @default the admin's user
   */
  deployer?: pulumi.Input<string> | undefined;
  /** The role that Ardent logs in as. */
  role: PreflightRoleArgs;
  /** The schemas to replicate, by name. */
  schemas: { [schema: string]: PreflightSchemaArgs };
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
  /** The connector that is wanted; without it, grants are checked and the role need not be a superuser. */
  connector?: PreflightConnectorArgs | undefined;
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

/** The role, as preflight needs to know it. */
export interface PreflightRoleArgs {
  /** The role's name in Postgres. */
  name: pulumi.Input<string>;
  /** The password that Ardent will log in with, to be given as a secret. It is compared with the stored one. */
  password: pulumi.Input<string>;
  /**
   * Whether this program creates the role.
   * @default true
   */
  create?: pulumi.Input<boolean> | undefined;
  /**
   * Whether the role is to be a superuser. `false` has every check judge it as none, even while it still is one.
   * @default true
   */
  superuser?: pulumi.Input<boolean> | undefined;
}

/** A schema to replicate. */
export interface PreflightSchemaArgs {
  /** Roles that create tables here: what they create later is to be readable too. */
  owners?: pulumi.Input<string>[] | undefined;
}

/** How preflight finds the connector, to tell what on the source is ours. */
export interface PreflightConnectorArgs {
  /** The Ardent project that it belongs to. */
  projectId: pulumi.Input<string>;
  /** Its name at Ardent. */
  name: pulumi.Input<string>;
  /** Its id, where it is adopted by that; it is then looked up by nothing else. */
  connectorId?: pulumi.Input<string> | undefined;
}

/**
 * Checks in `pulumi preview` whether the source is ready for Ardent, and in `pulumi up` stops before a connector
 * that could not work.
 *
 * On first install a failing check ends the preview with the whole checklist. Later, a check that has become worse
 * is shown as a change of `checks`, printed and recorded. Nothing is written to the source, but for a temporary
 * slot in `up` that proves wal2json.
 */
export class Preflight extends pulumi.dynamic.Resource {
  /** The outcomes that were recorded last, by check id. */
  declare readonly checks: pulumi.Output<{ [id: string]: string }>;
  /** Which cluster it was: `systemIdentifier`, `timeline` and `major`. A change tells why a slot is gone. */
  declare readonly server: pulumi.Output<ServerIdentity | undefined>;

  /**
   * @param name - the resource's name
   * @param args - what to check
   * @param opts - `dependsOn` the grants, so that the deployment checks what they made
   */
  constructor(name: string, args: PreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("Preflight"),
      name,
      {
        ...args,
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
