import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { schemaGrants } from "../access/plan";
import { childName } from "./child-name";
import { DefaultPrivileges } from "./default-privileges";
import type { GranteeArgs } from "./role-args";
import { nameProblems, ownerProblems, throwIfInvalid } from "./validation";

/** What to let the role read. */
export interface SchemaGrantsArgs extends GranteeArgs {
  /** The schema that is replicated. */
  schema: string;
  /** Roles whose future tables and sequences in this schema the role may read. */
  owners?: string[];
}

/**
 * Lets the role read every table and sequence of a schema, and those that the owners will create.
 *
 * ```sql
 * GRANT USAGE ON SCHEMA "public" TO "ardent_replication";
 * -- DefaultPrivileges, for each owner
 * GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "ardent_replication";
 * GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "ardent_replication";
 * ```
 */
export class SchemaGrants extends pulumi.ComponentResource {
  /**
   * @param name - the resource's name
   * @param args - the role, the schema and the owners
   * @param opts - `provider`: the `postgresql.Provider` that connects as an administrator
   * @throws pulumi.InputPropertiesError with every plain value that is wrong
   */
  constructor(name: string, args: SchemaGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfInvalid(`SchemaGrants "${name}"`, [
      ...nameProblems("schema", args.schema),
      ...ownerProblems("owners", args.owners),
    ]);
    super("ardent:index:SchemaGrants", name, {}, opts);
    const { role, database, schema } = args;
    // Default privileges first, so that no table created in between is missed.
    const defaults = (args.owners ?? []).map(
      (owner) =>
        new DefaultPrivileges(childName(name, owner), { role, database, schema, owner }, { parent: this }),
    );
    for (const grant of schemaGrants({ name: schema, owners: [] })) {
      if (grant.kind === "default") continue;
      const objectType = grant.kind === "schema" ? "schema" : grant.objectType;
      new postgresql.Grant(
        childName(name, grant.kind === "schema" ? "usage" : `${grant.objectType}s`),
        { role, database, schema: grant.schema, objectType, privileges: [...grant.privileges] },
        // A replacement made before the old grant goes would be revoked with it.
        { parent: this, dependsOn: defaults, deleteBeforeReplace: true },
      );
    }
    this.registerOutputs();
  }
}
