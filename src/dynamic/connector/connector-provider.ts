import { isDeepStrictEqual } from "node:util";
import type { ArdentClient } from "../../ardent/client";
import { connectionDetails } from "../../ardent/connection-details";
import { connectorProblem, describeConnectorProblem } from "../../ardent/connector-health";
import type { ConnectorChanges } from "../../ardent/connectors";
import { ArdentApiError } from "../../ardent/errors";
import type { Connector } from "../../ardent/schemas";
import { UserError } from "../../errors";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { type Properties, type Provider, UNKNOWN } from "../provider";
import { hideStackTrace } from "../runtime/hide-stack-trace";
import { inputFailures } from "../runtime/input-failures";
import { orIfUnavailable } from "../runtime/or-if-unavailable";
import { PartialFailure } from "../runtime/partial-failure";
import { defaultContext, type ProviderContext } from "../runtime/provider-context";
import { lostPart } from "../source/lost-source";
import { passwordChange } from "../source/password-change";
import { cleartextHosts, runnerConnection } from "../source/source-inputs";
import { reportLeftovers } from "../source/source-leftovers";
import {
  type ConnectorInputs,
  connectorInputsSchema,
  identityOf,
  type RecordedConnector,
  recordedConnector,
  wantedName,
} from "./connector-inputs";
import { type ConnectorSource, confirmGone, deleteConnector, isListed } from "./delete-connector";
import { ensureConnector, pollDelays, type WantedConnector } from "./ensure-connector";

import { existingLines } from "./existing-connector";

/** Ardent shows this to users who try to delete a connector that a program locks. */
const LOCK_REASON = "locked by a Pulumi program (deletionLock)";

/** Makes the provider of the Connector resource. */
export function createConnectorProvider({
  service,
  briefService = service,
  print,
  pollMs,
}: ProviderContext): Provider {
  const checkedBefore = new Set<unknown>();

  /**
   * Whether there is no such resource in the state. The engine also checks a replacement like a new resource: after it has
   * checked the old one, except for `--replace`.
   */
  function isNew(olds: Properties, { defaultName }: Properties): boolean {
    if (Object.keys(olds).length > 0) checkedBefore.add(defaultName);
    return !checkedBefore.has(defaultName);
  }

  return {
    async check(olds, { preview, ...news }, config) {
      const failures = inputFailures(connectorInputsSchema, news);
      if (failures.length > 0) return { inputs: news, failures };
      const { data } = connectorInputsSchema.safeParse(news);
      // Preflight warns of it too, but a Connector can be used without it.
      for (const host of data === undefined ? [] : cleartextHosts(data))
        print(`Ardent: warning: passwords and data are sent to ${host} as plain text (allowCleartext)`);
      // A deployment finds out when it creates the connector.
      if (isNew(olds, news) && preview !== false)
        for (const line of await existingLines(() => briefService(config), news, config)) print(line);
      return { inputs: news, failures };
    },

    async diff(id, olds, news, config) {
      const replaces = replacedBy(id, olds, news);
      if (replaces.includes("source")) print(anotherDatabase(id, olds, news));
      if (replaces.length === 0 && (await isGone(() => briefService(config), id, olds))) {
        replaces.push("connectorId");
        print(
          `Ardent: connector ${id} was deleted at Ardent; it will be recreated and all tables copied again`,
        );
      }
      if (replaces.length === 0) for (const line of passwordLines(id, olds, news)) print(line);
      const name = wantedName(news);
      const changes =
        replaces.length > 0 ||
        !isDeepStrictEqual(olds.source, news.source) ||
        (name !== undefined && name !== olds.connectorName) ||
        news.projectId !== olds.projectId ||
        olds.unconfirmed === true ||
        wantedLock(olds, news) !== undefined ||
        !isDeepStrictEqual(olds.dropExtensions ?? [], news.dropExtensions ?? []) ||
        // Recorded for the check of the source after the deletion.
        !isDeepStrictEqual(olds.admin, news.admin);
      // Deleted first: the new one has the same name, and would be confused with the old one.
      return { changes, replaces, deleteBeforeReplace: true };
    },

    async create(properties, config) {
      const inputs = connectorInputsSchema.parse(properties);
      const client = service(config);
      const connector = await ensureConnector(client, wantedConnector(inputs), print, pollDelays(pollMs));
      const outs = outputs(properties, connector);
      try {
        await setLock(client, connector.id, inputs.deletionLock);
        return { id: connector.id, outs };
      } catch (error) {
        if (!(error instanceof ArdentApiError)) throw error;
        // It exists and must be recorded: the next run locks it.
        const unlocked = { ...outs, deletionLock: undefined, __provider: properties.__provider };
        throw new PartialFailure(connector.id, unlocked, error);
      }
    },

    async read(id, props, config) {
      return hideStackTrace(async () => {
        const client = service(config);
        try {
          const connector = await client.connectors.get(id);
          const problem = connectorProblem(connector);
          if (problem)
            print(`Ardent: connector ${id} "${connector.name}" is ${describeConnectorProblem(problem)}`);
          return { id, props: outputs(props, connector) };
        } catch (error) {
          if (!(error instanceof ArdentApiError) || error.code !== "not-found") throw error;
          await confirmGone(client, id, recordedConnector(props).orgId);
          return {};
        }
      });
    },

    async update(id, olds, news, config) {
      const recorded = recordedConnector(olds);
      const inputs = connectorInputsSchema.parse(news);
      const name = wantedName(news);
      const changes =
        olds.unconfirmed === true ? everything(inputs, name) : changesBetween(recorded, inputs, name);
      const client = service(config);
      let isChanged = false;
      try {
        const hasChanges = Object.keys(changes).length > 0;
        const connector = await (hasChanges
          ? client.connectors.update(id, changes)
          : client.connectors.get(id));
        isChanged = hasChanges;
        await setLock(client, id, wantedLock(olds, news));
        return { outs: outputs(news, connector) };
      } catch (error) {
        if (!(error instanceof ArdentApiError)) throw error;
        // It is unknown whether it was done: with only the old record, a reverted program would find nothing to change.
        if (isChanged || error.mayHaveHappened)
          throw new PartialFailure(id, { ...olds, __provider: news.__provider, unconfirmed: true }, error);
        if (error.code !== "not-found") throw error;
        // The 404 may also be about the project to which it should be moved.
        if (await isListed(client, id, recorded.orgId)) throw error;
        throw goneOutside(id, recorded.connectorName);
      }
    },

    async delete(id, props, config) {
      const { orgId, source, admin, deletionLock: locked } = recordedConnector(props);
      const wait = pollMs === undefined ? {} : { pollMs };
      const settings = admin && runnerConnection(source, admin, admin);
      const connector = { id, orgId, locked, source: settings && sourceOf(settings, source.user) };
      await hideStackTrace(async () => deleteConnector(service(config), connector, print, wait));
      if (settings === undefined) return;
      for (const line of await reportLeftovers(settings)) print(line);
    },
  };
}

/** The provider of the Connector resource, as deployments use it. */
export const connectorProvider: Provider = createConnectorProvider(defaultContext);

function sourceOf(settings: ConnectionSettings, role: string): ConnectorSource {
  const { database, host, port } = settings;
  return {
    database,
    role,
    place: `${database} at ${host}:${port}`,
    lostPart: () => lostPart(settings, role),
  };
}

/** The changes that make it another connector: another database, or another `connectorId`. */
function replacedBy(id: string, olds: Properties, news: Properties): string[] {
  const replaces: string[] = [];
  const { database } = (news.source ?? {}) as { database?: unknown };
  const recorded = (olds.source ?? {}) as { database?: unknown };
  if (isKnown(database) && database !== recorded.database) replaces.push("source");
  if (isKnown(news.connectorId) && news.connectorId !== id) replaces.push("connectorId");
  return replaces;
}

/** Printed before it happens: a replacement copies everything again, and branches are deleted with their connector. */
function anotherDatabase(id: string, olds: Properties, news: Properties): string {
  const database = ({ source }: Properties) => (source as { database?: string }).database;
  return (
    `Ardent: database ${database(news)} is a different source than ${database(olds)}: connector ${id} and its branches ` +
    "will be deleted, then a new connector created and all tables copied"
  );
}

/** The rows of a preview do not name the password, and `--diff` shows both values as `[secret]`. */
function passwordLines(id: string, olds: Properties, news: Properties): string[] {
  const change = passwordChange(passwordOf(olds), passwordOf(news));
  return change === undefined ? [] : [`Ardent: connector ${id}: ${change}`];
}

function passwordOf({ source }: Properties): unknown {
  return typeof source === "object" && source !== null && "password" in source ? source.password : undefined;
}

/**
 * Whether the connector was deleted outside Pulumi. If the service cannot be reached, it counts as existing: the preview
 * continues with the recorded state.
 */
async function isGone(service: () => ArdentClient, id: string, olds: Properties): Promise<boolean> {
  return orIfUnavailable(false, async () => {
    const client = service();
    try {
      await client.connectors.get(id);
      return false;
    } catch (error) {
      if (!(error instanceof ArdentApiError) || error.code !== "not-found") throw error;
      // A wrong base URL answers 404 too, and so does a token of another organization.
      return !(await isListed(client, id, recordedConnector(olds).orgId));
    }
  });
}

/** The new state of the lock; undefined if it does not change. If it is removed from the program, it is unlocked. */
function wantedLock(olds: Properties, news: Properties): boolean | undefined {
  const wanted = news.deletionLock ?? (olds.deletionLock === true ? false : undefined);
  return typeof wanted === "boolean" && wanted !== olds.deletionLock ? wanted : undefined;
}

async function setLock(client: ArdentClient, id: string, locked: boolean | undefined): Promise<void> {
  if (locked === true) await client.connectors.lockDeletion(id, LOCK_REASON);
  if (locked === false) await client.connectors.unlockDeletion(id);
}

/** All properties of a connector that the API can change. */
function everything(
  {
    projectId,
    source,
    dropExtensions = [],
  }: Pick<ConnectorInputs, "projectId" | "source" | "dropExtensions">,
  name: string | undefined,
): ConnectorChanges {
  return {
    ...(name === undefined ? {} : { name }),
    project_id: projectId,
    connection_details: connectionDetails(source),
    drop_extensions: dropExtensions,
  };
}

/** The properties to send to the API: those that differ from the record. */
function changesBetween(
  recorded: RecordedConnector,
  inputs: ConnectorInputs,
  name: string | undefined,
): ConnectorChanges {
  const known = new Map<string, unknown>(Object.entries(everything(recorded, recorded.connectorName)));
  const wanted = Object.entries(everything(inputs, name));
  return Object.fromEntries(wanted.filter(([field, value]) => !isDeepStrictEqual(value, known.get(field))));
}

function goneOutside(id: string, name: string): UserError {
  return new UserError(`Could not update the connector ${id}`, [
    {
      what: `the connector "${name}" was deleted outside Pulumi`,
      object: id,
      fix: "run `pulumi refresh` to remove it from the state, then `pulumi up` to create a new one",
    },
  ]);
}

function isKnown(value: unknown): boolean {
  return value !== undefined && value !== UNKNOWN;
}

function wantedConnector(inputs: ConnectorInputs): WantedConnector {
  const { source, dropExtensions } = inputs;
  return { ...identityOf(inputs), connectionDetails: connectionDetails(source), dropExtensions };
}

/** The recorded properties: the inputs, and only permanent ones of the connector; a status would change every day. */
function outputs(properties: Properties, connector: Connector): Properties {
  return {
    ...properties,
    connectorId: connector.id,
    connectorName: connector.name,
    projectId: connector.project_id ?? properties.projectId,
    orgId: connector.org_id,
  };
}
