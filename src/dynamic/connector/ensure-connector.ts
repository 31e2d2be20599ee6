import { setTimeout as sleep } from "node:timers/promises";
import type { ArdentClient } from "../../ardent/client";
import type { ConnectorChanges } from "../../ardent/connectors";
import { ArdentApiError } from "../../ardent/errors";
import type { Connector } from "../../ardent/schemas";
import { UserError } from "../../errors";
import { deleteConnector } from "./delete-connector";

/** The wanted connector, as far as it decides which one it is. */
export type ConnectorIdentity = {
  readonly projectId: string;
  /** Whether to adopt one with this name: always if the name was generated, otherwise only on request. */
  readonly adopt: "silently" | "when-asked" | "never";
} & (
  | { readonly name: string; readonly connectorId?: undefined }
  /** Adopts this connector, which keeps its name unless another one is set. */
  | { readonly name?: string; readonly connectorId: string }
);

/** The wanted connector. */
export type WantedConnector = ConnectorIdentity & {
  readonly connectionDetails: Readonly<Record<string, unknown>>;
  readonly dropExtensions?: readonly string[];
};

/** The delays before each search for a connector whose creation had no clear response, in `unitMs`. */
const POLL_UNITS = [0, 1, 2, 4, 8];

/** @param unitMs - the minimum time between two searches, in milliseconds; default 1 s */
export function pollDelays(unitMs = 1_000): number[] {
  return POLL_UNITS.map((units) => units * unitMs);
}

/**
 * Ensures that there is exactly one connector: adopts the existing one, or creates one. The API has no idempotency key
 * and allows two connectors with the same name, so a creation is never sent twice: if its response is lost, a connector
 * that did not exist before is ours.
 *
 * @param print - takes the lines that tell the user what was found
 * @returns the connector with the wanted name, project and connection details
 * @throws UserError if the user has to decide: several match, or an existing one must not be adopted
 * @throws ArdentApiError for errors of the service
 */
export async function ensureConnector(
  client: ArdentClient,
  wanted: WantedConnector,
  print: (line: string) => void,
  delaysMs: readonly number[] = pollDelays(),
): Promise<Connector> {
  if (wanted.connectorId !== undefined) {
    return takeOver(client, await client.connectors.get(wanted.connectorId), wanted, print);
  }
  const { name, projectId } = wanted;
  const project = await client.projects.get(projectId);
  const before = await client.connectors.list(project.org_id);
  const present = before.filter((row) => isNamed(row, wanted));
  const [found] = present;
  if (present.length > 1) throw severalConnectors(name, present);
  if (found === undefined) return make(client, wanted, project.org_id, before, print, delaysMs);
  if (wanted.adopt === "never") throw existsAlready(found);
  return takeOver(client, found, wanted, print);
}

/**
 * Whether a row of the list has this name in this project. A row without a project counts too: the document
 * allows it, and otherwise a second connector would be created.
 */
export function isNamed(
  row: Connector,
  { name, projectId }: { readonly name: string; readonly projectId: string },
): boolean {
  return row.name === name && (row.project_id == null || row.project_id === projectId);
}

async function takeOver(
  client: ArdentClient,
  found: Connector,
  wanted: WantedConnector,
  print: (line: string) => void,
): Promise<Connector> {
  const changes: ConnectorChanges = {
    // No field of a row contains its source, so it is always set.
    connection_details: wanted.connectionDetails,
    ...(wanted.name === undefined || wanted.name === found.name ? {} : { name: wanted.name }),
    ...(wanted.projectId === found.project_id ? {} : { project_id: wanted.projectId }),
    ...dropExtensions(wanted),
  };
  print(`Ardent: adopting existing connector ${found.id} "${found.name}"`);
  return client.connectors.update(found.id, changes);
}

async function make(
  client: ArdentClient,
  wanted: WantedConnector & { readonly name: string },
  orgId: string,
  before: readonly Connector[],
  print: (line: string) => void,
  delaysMs: readonly number[],
): Promise<Connector> {
  let made: Connector;
  try {
    made = await client.connectors.create({
      name: wanted.name,
      project_id: wanted.projectId,
      org_id: orgId,
      connection_details: wanted.connectionDetails,
      ...dropExtensions(wanted),
    });
  } catch (error) {
    if (!(error instanceof ArdentApiError) || !error.mayHaveHappened) throw error;
    print(`Ardent: no clear response to the creation of "${wanted.name}"; checking whether it was created`);
    const found = await lookFor(client, wanted, orgId, new Set(before.map((row) => row.id)), delaysMs);
    if (found === undefined) throw notFoundAfterwards(wanted, error);
    print(`Ardent: it was created, as ${found.id}`);
    return found;
  }
  print(`Ardent: created connector ${made.id} "${made.name}"`);
  return settleRace(client, wanted, made, orgId, before, print);
}

/**
 * Two deployments at the same time both found nothing, and both created a connector. The service has one clock, so both
 * find the same one to be first: the other deployment deletes its own again, before anything was set up with it.
 */
async function settleRace(
  client: ArdentClient,
  wanted: WantedConnector & { readonly name: string },
  made: Connector,
  orgId: string,
  before: readonly Connector[],
  print: (line: string) => void,
): Promise<Connector> {
  const known = new Set([made.id, ...before.map(({ id }) => id)]);
  const now = await client.connectors.list(orgId).catch((error: unknown) => {
    // It was created, and must be recorded even if this check fails.
    if (error instanceof ArdentApiError) return [];
    throw error;
  });
  const [first] = now
    .filter((row) => !known.has(row.id) && isNamed(row, wanted) && isOlder(row, made))
    .toSorted((one, other) => (isOlder(one, other) ? -1 : 1));
  if (first === undefined) return made;
  print(
    `Ardent: another deployment created "${wanted.name}" at the same time, as ${first.id}; deleting ours, ${made.id}`,
  );
  await deleteConnector(client, { id: made.id, orgId }, print);
  if (wanted.adopt === "never") throw existsAlready(first);
  return takeOver(client, first, wanted, print);
}

/** By the service's clock; if the times are equal, by their ids, which are the same for both deployments. */
function isOlder(one: Connector, other: Connector): boolean {
  const [mine = "", others = ""] = [one.created_at ?? "", other.created_at ?? ""];
  return mine === others ? one.id < other.id : mine < others;
}

function dropExtensions({ dropExtensions }: WantedConnector): ConnectorChanges {
  return dropExtensions === undefined ? {} : { drop_extensions: dropExtensions };
}

/** Searches until a connector appears that did not exist before; the service may still be working on it. */
async function lookFor(
  client: ArdentClient,
  wanted: { readonly name: string; readonly projectId: string },
  orgId: string,
  before: ReadonlySet<string>,
  delaysMs: readonly number[],
): Promise<Connector | undefined> {
  for (const delay of delaysMs) {
    await sleep(delay);
    const now = await client.connectors.list(orgId).catch((error: unknown) => {
      if (error instanceof ArdentApiError && error.mayHaveHappened) return [];
      throw error;
    });
    const news = now.filter((row) => !before.has(row.id) && isNamed(row, wanted));
    if (news.length > 1) throw severalConnectors(wanted.name, news);
    if (news[0] !== undefined) return news[0];
  }
  return undefined;
}

function severalConnectors(name: string, rows: readonly Connector[]): UserError {
  return new UserError(`Several connectors are named "${name}"`, [
    {
      what: `${rows.length} connectors of the project have this name`,
      current: rows.map((row) => `${row.id}${row.status ? ` (${row.status})` : ""}`).join(", "),
      fix: "set `connectorId` to the right one, or rename or delete the others",
    },
  ]);
}

function existsAlready(row: Connector): UserError {
  return new UserError(`The connector "${row.name}" already exists`, [
    {
      what: "it may belong to another program, and is adopted only on request",
      object: row.id,
      fix:
        `set \`adopt: true\` or \`connectorId: "${row.id}"\` to adopt it (an interrupted \`pulumi up\` may have ` +
        "created it); otherwise choose another name",
    },
  ]);
}

function notFoundAfterwards(wanted: WantedConnector, error: ArdentApiError): UserError {
  const adoption = wanted.adopt === "never" ? "; adopting it then needs `adopt: true`" : " and adopts it";
  return new UserError(`Could not create the connector "${wanted.name}"`, [
    ...error.problems,
    {
      what: "no new connector with this name has appeared, so it was probably not created",
      fix: `run \`pulumi up\` again: it first checks whether the connector was created after all${adoption}`,
    },
  ]);
}
