import * as pulumi from "@pulumi/pulumi";
import { DATABASE_PRIVILEGES, schemaPlan } from "../access/plan";
import { grantStatement } from "../access/sql";
import { childName } from "./child-name";
import { databaseGrantResource } from "./grant-resource";
import type { SchemaArgs } from "./postgres-source-args";
import type { GranteeArgs } from "./role-args";
import { schemaGrantResources, schemaStatements } from "./schema-grant-resources";
import { statements } from "./statements";

/** The arguments of {@link SourceGrants}. */
export interface SourceGrantsArgs extends GranteeArgs {
  /** The schemas that are replicated, by name. */
  schemas: { readonly [schema: string]: SchemaArgs };
}

/**
 * All grants of a PostgresSource, in one component. A component for each schema would add a sixth to the resources, and the
 * engine writes the whole state three times for each component.
 */
export class SourceGrants extends pulumi.ComponentResource {
  /**
   * @param name - the PostgresSource's name
   * @param args - validated arguments
   * @param opts - `provider`; `dependsOn` what has to exist before the grants
   */
  constructor(
    name: string,
    { role, database, schemas }: SourceGrantsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const plans = Object.entries(schemas).map(([schema, { owners }]) => schemaPlan(schema, owners ?? []));
    const shown = plans.map(({ name, owners }) => {
      const sql = statements(pulumi.output(role), (role) => schemaStatements({ name, owners }, role));
      return [name, { owners: [...owners], sql }] as const;
    });
    const sql = statements(pulumi.all([role, database]), ([role, database]) => [
      grantStatement({ kind: "database", database, privileges: DATABASE_PRIVILEGES }, role),
    ]);
    super(
      "ardent:index:SourceGrants",
      name,
      { role, database, sql, schemas: Object.fromEntries(shown) },
      opts,
    );
  }

  /**
   * Creates the children.
   *
   * @hidden
   */
  protected override async initialize(
    { role, database, schemas }: SourceGrantsArgs,
    _opts: pulumi.ComponentResourceOptions,
    name: string,
  ): Promise<void> {
    // After the constructor has returned: the engine stores the call stack of each resource.
    await Promise.resolve();
    const grantee = { role, database };
    databaseGrantResource(childName(name, "database"), grantee, { parent: this });
    for (const [schema, { owners }] of Object.entries(schemas)) {
      const plan = schemaPlan(schema, owners ?? []);
      await schemaGrantResources(childName(name, "schema", schema), plan, grantee, this);
    }
  }
}
