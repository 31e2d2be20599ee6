import * as pulumi from "@pulumi/pulumi";

/**
 * An error that ends the program, of which the engine prints the message alone.
 *
 * It has no stack: Pulumi also writes the error into its trace with `util.inspect`, and Node 22 takes half a minute to
 * color a frame such as `node_modules/@pulumi/resource.ts`.
 */
export function programError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = String(error);
  return error;
}
