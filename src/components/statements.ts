import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../errors";
import type { Sql } from "../postgres/sql-text";
import { programError } from "./program-error";

/**
 * The statements that a component will run, as one of its inputs: the engine stores and diffs it, so a preview shows
 * them. They contain no password.
 *
 * @param names - what they are written for: the role, and the database where it is named
 * @throws {pulumi.RunError} in the deployment, for a name that no object can have; the engine prints it without a stack
 */
export function statements<T>(
  names: pulumi.Output<T>,
  write: (names: T) => readonly Sql[],
): pulumi.Output<readonly Sql[]> {
  return names.apply((known) => {
    try {
      return write(known);
    } catch (error) {
      throw error instanceof UserError ? programError(error.message) : error;
    }
  });
}
