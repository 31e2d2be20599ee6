import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { SchemaGrant } from "../access/plan";
import { childName } from "./child-name";
import type { GranteeArgs } from "./role-args";

/**
 * Makes the resource of one grant inside a database: `<name>-usage`, `<name>-tables`, `<name>-sequences`.
 *
 * @param name - of what the grant is about: a schema, or an owner in it
 * @param opts - `parent`, and `dependsOn` what has to be granted before
 */
export function grantResource(
  name: string,
  grant: SchemaGrant,
  { role, database }: GranteeArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const grantee = { role, database, schema: grant.schema, privileges: [...grant.privileges] };
  // A replacement made before the old grant goes would be revoked with it.
  const options = { ...opts, deleteBeforeReplace: true };
  if (grant.kind === "schema")
    return new postgresql.Grant(childName(name, "usage"), { ...grantee, objectType: "schema" }, options);
  const { objectType } = grant;
  const child = childName(name, `${objectType}s`);
  return grant.kind === "default"
    ? new postgresql.DefaultPrivileges(child, { ...grantee, owner: grant.owner, objectType }, options)
    : new postgresql.Grant(child, { ...grantee, objectType }, options);
}
