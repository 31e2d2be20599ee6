import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { DATABASE_PRIVILEGES } from "../access/plan";
import type { GranteeArgs } from "./role-args";

/** Whom to let into which database. */
export interface DatabaseGrantsArgs extends GranteeArgs {}

/**
 * Lets the role connect to a database and create Ardent's own `pgstream` schema in it.
 *
 * ```sql
 * GRANT CONNECT, CREATE ON DATABASE "shop" TO "ardent_replication";
 * ```
 */
export class DatabaseGrants extends pulumi.ComponentResource {
  /**
   * @param name - the resource's name
   * @param args - the role and the database
   * @param opts - `provider`: the `postgresql.Provider` that connects as an administrator
   */
  constructor(name: string, args: DatabaseGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ardent:index:DatabaseGrants", name, {}, opts);
    new postgresql.Grant(
      name,
      {
        role: args.role,
        database: args.database,
        objectType: "database",
        privileges: [...DATABASE_PRIVILEGES],
      },
      // A replacement made before the old grant goes would be revoked with it.
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs();
  }
}
