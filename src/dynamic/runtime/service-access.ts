import type { ArdentClient } from "../../ardent/client";
import { ArdentApiError } from "../../ardent/errors";
import { UserError } from "../../errors";
import { type Properties, type StackConfig, UNKNOWN } from "../provider";
import { isVersioned, type Named, serviceRefusal } from "./service-refusal";

/** An id that nothing has at Ardent. */
const NOTHING = "not-known-yet";

/**
 * Asks Ardent's API with this program's token. It has no request for the token alone.
 *
 * @param named - what has to exist; if nothing is known of it, only the token and the URL are tried
 * @throws ArdentApiError if the API rejects it, or does not respond
 */
export async function tryAccess(client: ArdentClient, { projectId, connectorId }: Named): Promise<void> {
  if (projectId !== undefined) await client.projects.get(projectId);
  if (connectorId !== undefined) await client.connectors.get(connectorId);
  if (projectId !== undefined || connectorId !== undefined) return;
  try {
    await client.projects.get(NOTHING);
  } catch (error) {
    if (!(error instanceof ArdentApiError) || !isAccepted(error)) throw error;
  }
}

/** Whether the API has accepted the token, and only does not have what was asked for. */
function isAccepted({ code, request }: ArdentApiError): boolean {
  return ["not-found", "forbidden", "invalid"].includes(code) && isVersioned(request);
}

/** What inputs name at Ardent, as far as it is known. */
export function knownNames({ projectId, connectorId }: Properties): Named {
  return { projectId: knownText(projectId), connectorId: knownText(connectorId) };
}

function knownText(value: unknown): string | undefined {
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/**
 * Fails a first preview for what only another setting or argument fixes. Anything else, such as an outage, does not: the
 * deployment asks again.
 *
 * @param named - what is asked for
 * @param ask - asks the API
 * @returns its answer; undefined if there is none
 * @throws UserError that says what to change
 */
export async function requireAccess<T>(
  named: Named,
  config: StackConfig | undefined,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ArdentApiError)) throw error;
    const refusal = serviceRefusal(error, named, config);
    if (refusal !== undefined) throw new UserError("Cannot use Ardent's API", [refusal]);
    return undefined;
  }
}

/**
 * The same for a new resource of a connector, which has to exist if its id is known.
 *
 * @param client - makes the client
 */
export async function requireConnector(
  client: () => ArdentClient,
  news: Properties,
  config: StackConfig | undefined,
): Promise<void> {
  const { connectorId } = knownNames(news);
  await requireAccess({ connectorId }, config, () => tryAccess(client(), { connectorId }));
}
