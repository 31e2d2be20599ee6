import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { DATABASE_PRIVILEGES, type SchemaGrant } from "../access/plan";
import { childName } from "./child-name";
import type { GranteeArgs } from "./role-args";

// A replacement created before the old grant is deleted would be revoked with it.
const DELETE_FIRST = { deleteBeforeReplace: true };

/** Creates the resource of the grant on the database. */
export function databaseGrantResource(
  name: string,
  { role, database }: GranteeArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const privileges = [...DATABASE_PRIVILEGES];
  const options = { ...opts, ...DELETE_FIRST };
  return new postgresql.Grant(name, { role, database, objectType: "database", privileges }, options);
}

/**
 * Creates the resource of one grant inside a database: `<name>-usage`, `<name>-tables`, `<name>-sequences`.
 *
 * @param name - the prefix, for a schema or an owner in it
 * @param opts - `parent`, and `dependsOn` the grants that have to be made before
 */
export function grantResource(
  name: string,
  grant: SchemaGrant,
  { role, database }: GranteeArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const grantee = { role, database, schema: grant.schema, privileges: [...grant.privileges] };
  const options = { ...opts, ...DELETE_FIRST };
  if (grant.kind === "schema")
    return new postgresql.Grant(childName(name, "usage"), { ...grantee, objectType: "schema" }, options);
  const { objectType } = grant;
  const child = childName(name, `${objectType}s`);
  return grant.kind === "default"
    ? new postgresql.DefaultPrivileges(child, { ...grantee, owner: grant.owner, objectType }, options)
    : new postgresql.Grant(child, { ...grantee, objectType }, options);
}
