import * as pulumi from "@pulumi/pulumi";
import { type ObjectType, type SchemaGrant, schemaGrants, schemaPlan } from "../access/plan";
import { grantStatement } from "../access/sql";
import { nameSchema, ownersSchema } from "../dynamic/source/source-inputs";
import { childName } from "./child-name";
import { grantResource } from "./grant-resource";
import { missingProvider } from "./provider-option";
import { type GranteeArgs, granteeSchema } from "./role-args";
import { statements } from "./statements";
import { argumentProblems, throwIfInvalid } from "./validation";

/** The arguments of {@link SchemaGrants}. */
export interface SchemaGrantsArgs extends GranteeArgs {
  /** The schema that is replicated. */
  schema: string;
  /** Roles whose future tables and sequences in this schema the role may read. */
  owners?: string[] | undefined;
}

const argumentsSchema = granteeSchema.extend({ schema: nameSchema, owners: ownersSchema.optional() });

/**
 * Lets the role read every table and sequence of a schema, and those that the owners will create.
 *
 * ```sql
 * GRANT USAGE ON SCHEMA "public" TO "ardent_replication";
 * -- for each owner
 * ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON TABLES TO "ardent_replication";
 * ALTER DEFAULT PRIVILEGES FOR ROLE "app_writer" IN SCHEMA "public" GRANT SELECT ON SEQUENCES TO "ardent_replication";
 * GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "ardent_replication";
 * GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "ardent_replication";
 * ```
 */
export class SchemaGrants extends pulumi.ComponentResource {
  /**
   * @param name - the resource's name
   * @param args - the role, the schema and the owners
   * @param opts - `provider`: the `postgresql.Provider` that connects as an administrator
   * @throws pulumi.RunError with every invalid plain value
   */
  constructor(name: string, args: SchemaGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    const problems = argumentProblems(argumentsSchema, args, ["schema", "owners"]);
    throwIfInvalid(`SchemaGrants "${name}"`, [...problems, ...missingProvider(opts)]);
    const { role, database, schema } = args;
    const plan = schemaPlan(schema, args.owners ?? []);
    const inputs = { role, database, schema, owners: [...plan.owners] };
    const sql = statements(pulumi.output(role), (role) =>
      defaultsLast(schemaGrants(plan)).map((grant) => grantStatement(grant, role)),
    );
    super("ardent:index:SchemaGrants", name, { ...inputs, sql }, opts);
  }

  /**
   * Makes the children. Of each resource the engine stores the call stack: made in the constructor, a third of the state
   * would be the way from the program to here.
   *
   * @hidden
   */
  protected override async initialize(
    inputs: Required<SchemaGrantsArgs>,
    _opts: pulumi.ComponentResourceOptions,
    name: string,
  ): Promise<void> {
    await Promise.resolve();
    // Before the grants on what exists by then, so that no table created in between is missed.
    const defaults: { readonly [type in ObjectType]: pulumi.Resource[] } = { table: [], sequence: [] };
    for (const grant of schemaGrants(schemaPlan(inputs.schema, inputs.owners))) {
      if (grant.kind === "default") {
        const ownerName = childName(name, grant.owner);
        defaults[grant.objectType].push(grantResource(ownerName, grant, inputs, { parent: this }));
      } else {
        const dependsOn = grant.kind === "objects" ? defaults[grant.objectType] : [];
        grantResource(name, grant, inputs, { parent: this, dependsOn });
      }
    }
  }
}

/** Lists what grows with the owners last, so that another owner reads as more lines, and changes no other. */
function defaultsLast(grants: readonly SchemaGrant[]): SchemaGrant[] {
  return [
    ...grants.filter(({ kind }) => kind !== "default"),
    ...grants.filter(({ kind }) => kind === "default"),
  ];
}
