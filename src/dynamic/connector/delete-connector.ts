import type { ArdentClient } from "../../ardent/client";
import { ArdentApiError } from "../../ardent/errors";
import type { OperationHandle } from "../../ardent/schemas";
import { type WaitOptions, waitForOperation } from "../../ardent/wait-for-operation";
import { UserError } from "../../errors";
import { quoteIdentifier, quoteLiteral } from "../../postgres/identifiers";
import { pgstreamSlotName } from "../../preflight/facts/replication-artifacts";
import { operationProgress } from "../runtime/operation-progress";

/** The time limit of a deletion, in case the service loses track of it. */
const DELETE_TIMEOUT_MS = 30 * 60_000;

/** The connector to delete. */
export interface ConnectorToDelete {
  readonly id: string;
  readonly orgId: string;
  /** Whether this program has locked its deletion. */
  readonly locked?: boolean | undefined;
  /** Its source, to tell why Ardent could not clean it up; undefined if nothing may have been created there. */
  readonly source?: ConnectorSource | undefined;
}

/** The source of a connector that is deleted. */
export interface ConnectorSource {
  readonly database: string;
  /** The role that Ardent logs in as. */
  readonly role: string;
  /** Such as `shop at db.example.com:5432`. */
  readonly place: string;
  /** What is missing on the server; undefined for nothing, or if that is unknown. */
  readonly lostPart: () => Promise<"database" | "role" | undefined>;
}

/**
 * Deletes a connector and waits until it is deleted. It is not an error if it no longer exists. If its role does not exist
 * on the server, Ardent can clean up nothing there: then it is deleted without that.
 *
 * @param print - takes one line per change of stage
 * @throws UserError when the deletion is locked, in conflict, has failed, or takes longer than half an hour
 */
export async function deleteConnector(
  client: ArdentClient,
  connector: ConnectorToDelete,
  print: (line: string) => void,
  wait: Partial<WaitOptions> = {},
  force?: true,
): Promise<void> {
  const { id, orgId, locked, source } = connector;
  let handle: OperationHandle;
  try {
    handle = await client.connectors.delete(id, { force });
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
    const lost = end.outcome === "failed" && force === undefined ? await source?.lostPart() : undefined;
    if (source !== undefined && lost === "database") throw withoutDatabase(id, source);
    if (source === undefined || lost === undefined)
      throw unfinished(id, handle.operation_id, end.outcome, end.operation?.error ?? end.operation?.status);
    for (const text of withoutRole(id, source)) print(text);
  } catch (error) {
    // The operation may be deleted with the connector.
    if (!(error instanceof ArdentApiError) || error.code !== "not-found") throw error;
    await confirmGone(client, id, orgId);
    return;
  }
  await deleteConnector(client, connector, print, wait, true);
}

/** Without the role Ardent cannot log in; what it created may also be on the server that had this address before. */
function withoutRole(id: string, { database, role, place }: ConnectorSource): string[] {
  const slot = quoteLiteral(pgstreamSlotName(database));
  return [
    `Ardent: role ${role} does not exist in ${place}, so Ardent removes nothing there; deleting connector ${id} without that`,
    "  if another server had this address before and still runs, drop the slot there, or it fills the disk:",
    `    SELECT pg_catalog.pg_drop_replication_slot(${slot});`,
    "  if the grants cannot be deleted now, run: pulumi destroy --refresh",
  ];
}

function withoutDatabase(id: string, { database, place }: ConnectorSource): UserError {
  return new UserError(`Could not delete the connector ${id}`, [
    {
      what: "the database does not exist any more, so neither Ardent nor @pulumi/postgresql can connect to it",
      object: place,
      fix:
        `if it was renamed, rename it back; otherwise create an empty one, CREATE DATABASE ${quoteIdentifier(database)}; ` +
        "then run `pulumi destroy --refresh`",
    },
  ]);
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
