import * as pulumi from "@pulumi/pulumi";
import { schemaGrants } from "../access/plan";
import { grantStatement } from "../access/sql";
import { nameSchema } from "../dynamic/source/source-inputs";
import { grantResource } from "./grant-resource";
import { missingProvider } from "./provider-option";
import { type GranteeArgs, granteeSchema } from "./role-args";
import { statements } from "./statements";
import { argumentProblems, throwIfInvalid } from "./validation";

/** The arguments of {@link DefaultPrivileges}. */
export interface DefaultPrivilegesArgs extends GranteeArgs {
  /** The schema in which the objects will be created. */
  schema: string;
  /** The role that will create them: default privileges depend on the creator, not on a later owner. */
  owner: string;
}

const argumentsSchema = granteeSchema.extend({ schema: nameSchema, owner: nameSchema });

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
   * @throws pulumi.RunError with every invalid plain value
   */
  constructor(name: string, args: DefaultPrivilegesArgs, opts?: pulumi.ComponentResourceOptions) {
    const problems = argumentProblems(argumentsSchema, args, ["schema", "owner"]);
    throwIfInvalid(`DefaultPrivileges "${name}"`, [...problems, ...missingProvider(opts)]);
    const { role, database, schema, owner } = args;
    const grants = schemaGrants({ name: schema, owners: [owner] }).filter(({ kind }) => kind === "default");
    const sql = statements(pulumi.output(role), (role) => grants.map((grant) => grantStatement(grant, role)));
    super("ardent:index:DefaultPrivileges", name, { role, database, schema, owner, sql }, opts);
    for (const grant of grants) grantResource(name, grant, args, { parent: this });
    this.registerOutputs();
  }
}
