import * as pulumi from "@pulumi/pulumi";
import { type ObjectType, type SchemaGrant, type SchemaPlan, schemaGrants } from "../access/plan";
import { grantStatement } from "../access/sql";
import type { Sql } from "../postgres/sql-text";
import { childName } from "./child-name";
import { grantResource } from "./grant-resource";
import type { GranteeArgs } from "./role-args";

/**
 * Creates the resources of all grants in a schema, later, in one callback of the event loop. So the engine can start on the
 * resources of one schema before those of the next are created, and the state stays small: the engine stores the call
 * stack of each resource, and in the callback it is short.
 *
 * @param name - the prefix of their names
 * @returns them; the deployment does not end before they are created
 */
export function schemaGrantResources(
  name: string,
  plan: SchemaPlan,
  grantee: GranteeArgs,
  parent: pulumi.Resource,
): Promise<pulumi.CustomResource[]> {
  const created = pulumi.runtime.rpcKeepAlive();
  return new Promise<pulumi.CustomResource[]>((resolve, reject) => {
    setImmediate(() => {
      // Pulumi's SDK records a stack trace for four promises of each property, which takes half of the time of a large
      // program and appears in no message. One line is kept, for an error in a transformation of the user.
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 1;
      try {
        // Before the grants on what exists by then, so that no table created in between is missed.
        const defaults: { readonly [type in ObjectType]: pulumi.Resource[] } = { table: [], sequence: [] };
        const resources = schemaGrants(plan).map((grant) => {
          if (grant.kind !== "default") {
            const dependsOn = grant.kind === "objects" ? defaults[grant.objectType] : [];
            return grantResource(name, grant, grantee, { parent, dependsOn });
          }
          const resource = grantResource(childName(name, grant.owner), grant, grantee, { parent });
          defaults[grant.objectType].push(resource);
          return resource;
        });
        resolve(resources);
      } catch (error) {
        reject(error);
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
    });
  }).finally(created);
}

/**
 * The statements of all grants in a schema. Those of the owners are last, so that another owner adds lines and changes no
 * other line.
 */
export function schemaStatements(plan: SchemaPlan, role: string): Sql[] {
  const isDefault = ({ kind }: SchemaGrant) => kind === "default";
  const grants = schemaGrants(plan);
  const inOrder = [...grants.filter((grant) => !isDefault(grant)), ...grants.filter(isDefault)];
  return inOrder.map((grant) => grantStatement(grant, role));
}
