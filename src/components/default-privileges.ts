import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { schemaGrants } from "../access/plan";
import { childName } from "./child-name";
import type { GranteeArgs } from "./role-args";
import { nameProblems, throwIfInvalid } from "./validation";

/** Whose future objects to let the role read. */
export interface DefaultPrivilegesArgs extends GranteeArgs {
  /** The schema in which the objects will be created. */
  schema: string;
  /** The role that will create them: default privileges follow the creator, not a later owner. */
  owner: string;
}

/**
 * Lets the role read the tables and sequences that one owner will create in a schema.
 *
 * ```sql
 * ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON TABLES TO "ardent_replication";
 * ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO "ardent_replication";
 * ```
 */
export class DefaultPrivileges extends pulumi.ComponentResource {
  /**
   * @param name - the resource's name
   * @param args - the role, the schema and the owner
   * @param opts - `provider`: the `postgresql.Provider` that connects as an administrator
   * @throws pulumi.InputPropertiesError with every plain value that is wrong
   */
  constructor(name: string, args: DefaultPrivilegesArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfInvalid(`DefaultPrivileges "${name}"`, [
      ...nameProblems("schema", args.schema),
      ...nameProblems("owner", args.owner),
    ]);
    super("ardent:index:DefaultPrivileges", name, {}, opts);
    for (const grant of schemaGrants({ name: args.schema, owners: [args.owner] })) {
      if (grant.kind !== "default") continue;
      new postgresql.DefaultPrivileges(
        childName(name, `${grant.objectType}s`),
        {
          role: args.role,
          database: args.database,
          schema: grant.schema,
          owner: grant.owner,
          objectType: grant.objectType,
          privileges: [...grant.privileges],
        },
        { parent: this, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs();
  }
}
