import type { ArdentApiError } from "../../ardent/errors";
import type { Branch, Operation } from "../../ardent/schemas";
import { maskSecrets } from "../../ardent/secrets";
import { describeOperation } from "../../ardent/wait-for-operation";
import { UserError } from "../../errors";
import { printableValue } from "../../printable-text";
import { type BranchInputs, removalCommand } from "./branch-inputs";

/** The service's message about a failure, which can contain URLs. */
export function reasonOf({ error }: Operation): string {
  return error == null ? "Ardent gave no reason" : printableValue(maskSecrets(error, []));
}

/** A creation that failed at Ardent. */
export function creationFailed(name: string, operationId: string, operation: Operation): UserError {
  return new UserError(`The branch "${name}" could not be created`, [
    {
      what: reasonOf(operation),
      object: `operation ${operationId}, at ${describeOperation(operation)}`,
      fix: "fix the reported cause, then run `pulumi up` again: it requests the branch again",
    },
  ]);
}

/** A creation that ended without a branch to connect to. */
export function noUrl(name: string, operationId: string, status: string | undefined | null): UserError {
  return new UserError(`The branch "${name}" has no connection URL`, [
    {
      what: "its creation has ended, but neither the operation nor the list of branches contains a URL",
      object: `operation ${operationId}`,
      ...(status == null ? {} : { current: status }),
      fix: "run `pulumi up` again: it requests the same branch; if this continues, contact Ardent's support",
    },
  ]);
}

/** A connector that Ardent cannot branch yet (422). */
export function notReady(connectorId: string, error: ArdentApiError): UserError {
  return new UserError(`The connector ${connectorId} cannot be branched yet`, [
    ...error.problems,
    {
      what: "a branch is a copy of the replicated tables, so replication must be set up first",
      fix:
        "run it again when replication is running; in a program that also sets up replication, make the branch depend on it: " +
        "`{ dependsOn: [source] }`, with the PostgresSource or the Replication",
    },
  ]);
}

/** A name that another branch has. */
export function existsAlready({ name, connectorId }: BranchInputs, row: Branch): UserError {
  return new UserError(`The branch "${name}" of connector ${connectorId} already exists`, [
    {
      what: "this resource did not create it, and it is adopted only on request",
      object: row.id,
      fix:
        "choose another `name`, set `adopt: true` to adopt this one, or delete it with " +
        `\`${removalCommand(name)}\``,
    },
  ]);
}

/** A creation that took longer than `timeout`. */
export function notInTime(
  { name, timeout }: BranchInputs,
  operationId: string,
  last: Operation | undefined,
): UserError {
  return new UserError(`The branch "${name}" is not ready yet`, [
    {
      what: `its creation continues at Ardent${last === undefined ? "" : `, at ${describeOperation(last)}`}`,
      object: `operation ${operationId}`,
      current: `waited ${timeout} seconds`,
      fix: "run `pulumi up` again: it keeps waiting for the same branch; `timeout` sets how long to wait",
    },
  ]);
}

/** A request with the same key that took longer than `timeout`. */
export function stillInFlight({ name, timeout }: BranchInputs, error: ArdentApiError): UserError {
  return new UserError(`The branch "${name}" is not ready yet`, [
    ...error.problems,
    {
      what: "Ardent reports that it is already being created, and has not finished",
      current: `waited ${timeout} seconds`,
      fix: "run `pulumi up` again: it requests the same branch; `timeout` sets how long to wait",
    },
  ]);
}

/** A service that only returns earlier creations that failed. */
export function nothingButFailures(name: string, rounds: number): UserError {
  return new UserError(`Could not create the branch "${name}"`, [
    {
      what: `Ardent returned earlier, unsuccessful creations ${rounds} times`,
      fix: "choose another `name` for the branch",
    },
  ]);
}
