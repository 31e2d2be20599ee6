import * as pulumi from "@pulumi/pulumi";
import { DATABASE_PRIVILEGES } from "../access/plan";
import { grantStatement } from "../access/sql";
import { databaseGrantResource } from "./grant-resource";
import { missingProvider } from "./provider-option";
import { type GranteeArgs, granteeSchema } from "./role-args";
import { statements } from "./statements";
import { argumentProblems, throwIfInvalid } from "./validation";

/** The arguments of {@link DatabaseGrants}. */
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
   * @throws pulumi.RunError with every invalid plain value
   */
  constructor(name: string, args: DatabaseGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfInvalid(`DatabaseGrants "${name}"`, [
      ...argumentProblems(granteeSchema, args),
      ...missingProvider(opts),
    ]);
    const { role, database } = args;
    const sql = statements(pulumi.all([role, database]), ([role, database]) => [
      grantStatement({ kind: "database", database, privileges: DATABASE_PRIVILEGES }, role),
    ]);
    super("ardent:index:DatabaseGrants", name, { role, database, sql }, opts);
    databaseGrantResource(name, { role, database }, { parent: this });
    this.registerOutputs();
  }
}
