import * as pulumi from "@pulumi/pulumi";
import { shim } from "../shim";
import { secretPassword } from "../source/secret-password";
import type { AdminArgs, SourceConnectionArgs } from "../source/source-args";

/** The arguments of {@link RoleCleanup}. */
export interface RoleCleanupArgs {
  /** The source, whose database the grants are in. */
  source: SourceConnectionArgs;
  /** The user that made the grants. */
  admin: AdminArgs;
  /** The grantee. */
  role: RoleCleanupRoleArgs;
  /** The schemas of the grants. */
  schemas: string[];
}

/** The role whose grants go. */
export interface RoleCleanupRoleArgs {
  name: pulumi.Input<string>;
  /**
   * Whether this program created the role and will drop it.
   * @default true
   */
  create?: pulumi.Input<boolean> | undefined;
  /**
   * Whether this program, when the name changes, creates a role with the new name and drops this one: here, or in a
   * ReplicationRole that several sources share.
   * @default false
   */
  replaced?: pulumi.Input<boolean> | undefined;
}

/**
 * Does its work when it is deleted, after the grants and before the role: if an owner creates a table after SELECT was
 * revoked on the existing ones, but before the default privileges are, the table has a grant that prevents DROP ROLE.
 * This revokes such grants, and lists other remaining objects of the role.
 */
export class RoleCleanup extends pulumi.dynamic.Resource {
  /**
   * @param name - the resource's name
   * @param args - the source, the role and the schemas
   * @param opts - `dependsOn` the role; the grants must depend on this
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
