import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs, SourceConnectionArgs } from "../source/source-args";

/** What a {@link RoleCleanup} cleans up after. */
export interface RoleCleanupArgs {
  /** The source, whose database the grants are in. */
  source: SourceConnectionArgs;
  /** The user that made the grants. */
  admin: AdminArgs;
  /** The role that was granted to. */
  role: RoleCleanupRoleArgs;
  /** The schemas that the grants are in. */
  schemas: string[];
}

/** The role whose grants go. */
export interface RoleCleanupRoleArgs {
  name: pulumi.Input<string>;
  /**
   * Whether this program made the role, and is going to drop it.
   * @default true
   */
  create?: pulumi.Input<boolean> | undefined;
  /**
   * Whether this program makes a role of another name instead and drops this one when the name changes: here, or by a
   * ReplicationRole that several sources share.
   * @default false
   */
  replaced?: pulumi.Input<boolean> | undefined;
}

/**
 * Works when it is deleted, between the grants and the role: a table that an owner creates after SELECT was revoked
 * on the existing ones, and before the default privileges are, is born with a grant that would stand in the way of
 * DROP ROLE. This takes such grants back, and says what else of the role is left.
 */
export class RoleCleanup extends pulumi.dynamic.Resource {
  /**
   * @param name - the resource's name
   * @param args - the source, the role and the schemas
   * @param opts - `dependsOn` the role; the grants are to depend on this
   */
  constructor(name: string, args: RoleCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      shim("RoleCleanup"),
      name,
      { ...args, admin: secretPassword(args.admin) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["admin"] }),
      "ardent",
      "RoleCleanup",
    );
  }
}
