import * as pulumi from "@pulumi/pulumi";
import { schemaPlan } from "../access/plan";
import { nameSchema, ownersSchema } from "../dynamic/source/source-inputs";
import { missingProvider } from "./provider-option";
import { type GranteeArgs, granteeSchema } from "./role-args";
import { schemaGrantResources, schemaStatements } from "./schema-grant-resources";
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
    const sql = statements(pulumi.output(role), (role) => schemaStatements(plan, role));
    super("ardent:index:SchemaGrants", name, { ...inputs, sql }, opts);
  }

  /**
   * Creates the children.
   *
   * @hidden
   */
  protected override initialize(
    { schema, owners, ...grantee }: Required<SchemaGrantsArgs>,
    _opts: pulumi.ComponentResourceOptions,
    name: string,
  ): Promise<void> {
    return schemaGrantResources(name, schemaPlan(schema, owners ?? []), grantee, this);
  }
}
