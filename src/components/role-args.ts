import type * as pulumi from "@pulumi/pulumi";

/** Whom access is granted to, and where. */
export interface GranteeArgs {
  /** The role that Ardent logs in as. */
  role: pulumi.Input<string>;
  /** The database that is replicated. */
  database: pulumi.Input<string>;
}
