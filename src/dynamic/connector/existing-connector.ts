import type { ArdentClient } from "../../ardent/client";
import type { Connector } from "../../ardent/schemas";
import type { Properties, StackConfig } from "../provider";
import { knownNames, requireAccess, tryAccess } from "../runtime/service-access";
import { knownIdentityOf } from "./connector-inputs";
import { type ConnectorIdentity, isNamed } from "./ensure-connector";

/**
 * What a preview says of connectors that exist before this one is created, as far as it is known which one that is.
 *
 * @param client - makes the client
 * @throws UserError if Ardent's API rejects what only another setting or argument fixes
 */
export async function existingLines(
  client: () => ArdentClient,
  news: Properties,
  config: StackConfig | undefined,
): Promise<string[]> {
  const identity = knownIdentityOf(news);
  const named = knownNames(news);
  if (identity === undefined) {
    await requireAccess(named, config, () => tryAccess(client(), named));
    return [];
  }
  const existing = await requireAccess(named, config, () => findExisting(client(), identity));
  return linesOf(identity, existing ?? []);
}

/** The connectors of which one would be adopted. */
async function findExisting(client: ArdentClient, wanted: ConnectorIdentity): Promise<readonly Connector[]> {
  const project = await client.projects.get(wanted.projectId);
  if (wanted.connectorId !== undefined) return [await client.connectors.get(wanted.connectorId)];
  return (await client.connectors.list(project.org_id)).filter((row) => isNamed(row, wanted));
}

/**
 * What `pulumi up` does about them; it fails if the user has to decide. That is no error in a preview: with `--replace`,
 * which looks like a first creation here, the connector is the one in the state.
 */
function linesOf({ adopt }: ConnectorIdentity, existing: readonly Connector[]): string[] {
  const [found, ...others] = existing;
  if (found === undefined) return [];
  const names = existing.map(({ id, name }) => `${id} "${name}"`).join(", ");
  if (others.length > 0)
    return [`Ardent: connectors ${names} exist already; set \`connectorId\` to the one to adopt`];
  const does =
    adopt === "never"
      ? `this deployment does not adopt it: set \`adopt: true\` or \`connectorId: "${found.id}"\`, or choose another name`
      : "this deployment adopts it, gives it this program's source, and from then on it is deleted with this stack";
  return [`Ardent: connector ${names} exists already; ${does} (with --replace, it is recreated)`];
}
