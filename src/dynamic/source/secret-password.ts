import * as pulumi from "@pulumi/pulumi";

/** The same arguments with a secret password, so that a plain-text one is encrypted in the state. */
export function secretPassword<T extends { password?: pulumi.Input<string> }>(args: T): T {
  return args.password === undefined ? args : { ...args, password: pulumi.secret(args.password) };
}
