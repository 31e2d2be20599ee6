import * as pulumi from "@pulumi/pulumi";

/** The same arguments with the password made a secret, so that one given as plain text is encrypted in the state. */
export function secretPassword<T extends { password?: pulumi.Input<string> }>(args: T): T {
  return args.password === undefined ? args : { ...args, password: pulumi.secret(args.password) };
}
