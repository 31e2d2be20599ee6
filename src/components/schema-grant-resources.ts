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
 * @returns when they are created; the deployment does not end before
 */
export function schemaGrantResources(
  name: string,
  plan: SchemaPlan,
  grantee: GranteeArgs,
  parent: pulumi.Resource,
): Promise<void> {
  const created = pulumi.runtime.rpcKeepAlive();
  return new Promise<void>((resolve, reject) => {
    setImmediate(() => {
      // Pulumi's SDK records a stack trace for four promises of each property, which takes half of the time of a large
      // program and appears in no message. One line is kept, for an error in a transformation of the user.
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 1;
      try {
        // Before the grants on what exists by then, so that no table created in between is missed.
        const defaults: { readonly [type in ObjectType]: pulumi.Resource[] } = { table: [], sequence: [] };
        for (const grant of schemaGrants(plan)) {
          if (grant.kind === "default") {
            const ownerName = childName(name, grant.owner);
            defaults[grant.objectType].push(grantResource(ownerName, grant, grantee, { parent }));
          } else {
            const dependsOn = grant.kind === "objects" ? defaults[grant.objectType] : [];
            grantResource(name, grant, grantee, { parent, dependsOn });
          }
        }
        resolve();
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
