import type { ArdentClient } from "../../ardent/client";
import { ArdentApiError } from "../../ardent/errors";
import type { OperationHandle } from "../../ardent/schemas";
import { type WaitOptions, waitForOperation } from "../../ardent/wait-for-operation";
import { UserError } from "../../errors";
import { operationProgress } from "../runtime/operation-progress";

/** The time limit of a deletion, in case the service loses track of it. */
const DELETE_TIMEOUT_MS = 30 * 60_000;

/** The connector to delete. */
export interface ConnectorToDelete {
  readonly id: string;
  readonly orgId: string;
  /** Whether this program has locked its deletion. */
  readonly locked?: boolean | undefined;
}

/**
 * Deletes a connector and waits until it is deleted. It is not an error if it no longer exists.
 *
 * @param print - takes one line per change of stage
 * @throws UserError when the deletion is locked, in conflict, has failed, or takes longer than half an hour
 */
export async function deleteConnector(
  client: ArdentClient,
  { id, orgId, locked }: ConnectorToDelete,
  print: (line: string) => void,
  wait: Partial<WaitOptions> = {},
): Promise<void> {
  let handle: OperationHandle;
  try {
    handle = await client.connectors.delete(id);
  } catch (error) {
    if (!(error instanceof ArdentApiError)) throw error;
    if (error.code === "conflict") throw refused(id, error, locked === true);
    if (error.code !== "not-found") throw error;
    await confirmGone(client, id, orgId);
    print(`Ardent: connector ${id} is already deleted`);
    return;
  }
  const line = operationProgress(`deleting ${id}`);
  try {
    const end = await waitForOperation(client, handle, {
      timeoutMs: DELETE_TIMEOUT_MS,
      onProgress: (operation) => print(line(operation)),
      ...wait,
    });
    if (end.outcome === "completed") return;
    throw unfinished(id, handle.operation_id, end.outcome, end.operation?.error ?? end.operation?.status);
  } catch (error) {
    // The operation may be deleted with the connector.
    if (!(error instanceof ArdentApiError) || error.code !== "not-found") throw error;
    await confirmGone(client, id, orgId);
  }
}

/**
 * Verifies a 404: a wrong base URL, or a token of another organization, also cause one. Only a list of the organization's
 * connectors without this one proves that it does not exist.
 *
 * @throws ArdentApiError if the list cannot be read, UserError if the connector is on it
 */
export async function confirmGone(client: ArdentClient, id: string, orgId: string): Promise<void> {
  if (!(await isListed(client, id, orgId))) return;
  throw new UserError(`Could not determine whether the connector ${id} exists`, [
    {
      what: "Ardent returned 404 for it, but lists it among the organization's connectors",
      object: orgId,
      fix: "run it again in a minute; if this continues, contact Ardent's support",
    },
  ]);
}

/** Whether the connector is among the organization's. */
export async function isListed(client: ArdentClient, id: string, orgId: string): Promise<boolean> {
  return (await client.connectors.list(orgId)).some((row) => row.id === id);
}

function refused(id: string, error: ArdentApiError, locked: boolean): UserError {
  const unlock = locked
    ? "its deletion is locked by this program: set `deletionLock: false`, run `pulumi up`, then retry"
    : "its deletion may be locked: remove the lock in Ardent's dashboard, or with " +
      `\`DELETE /v1/connectors/${id}/deletion-lock\``;
  return new UserError(`Could not delete the connector ${id}`, [
    {
      what: error.detail ?? "Ardent rejected the request in the current state (409)",
      object: error.request,
      fix: `${unlock}; or another operation on it is running: retry when that has ended`,
    },
  ]);
}

function unfinished(id: string, operationId: string, outcome: string, said: string | undefined): UserError {
  const what =
    outcome === "timed-out"
      ? "the deletion is still running after half an hour"
      : "the deletion did not complete";
  return new UserError(`Could not delete the connector ${id}`, [
    {
      what: said ? `${what}: ${said}` : what,
      object: `operation ${operationId}`,
      fix: "run it again: it waits for the deletion if it is still running, otherwise it starts a new one",
    },
  ]);
}
