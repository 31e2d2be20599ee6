import type { ArdentClient } from "../../ardent/client";
import { connectionDetails } from "../../ardent/connection-details";
import { connectorProblem } from "../../ardent/connector-health";
import { ArdentApiError } from "../../ardent/errors";
import type { ServicePreflight } from "../../ardent/preflight-report";
import type { Connector } from "../../ardent/schemas";
import { maskSecrets } from "../../ardent/secrets";
import type { Evidence } from "../../preflight/facts/evidence";
import type { ServiceFacts } from "../../preflight/facts/service";
import { isNamed } from "../connector/ensure-connector";
import type { StackConfig } from "../provider";
import { orIfUnavailable } from "../runtime/or-if-unavailable";
import { findService } from "../runtime/service";
import { isOtherSource, type PreflightInputs } from "./preflight-inputs";

/**
 * Reads the facts that preflight needs from Ardent's service: whether this deployment's connector exists, and if not, the
 * result of the service's own preflight.
 *
 * @param recorded - the inputs deployed last: if this deployment renames the connector or moves it to another project, it
 *   is found by its old name and project; if it is removed from the program, it exists until the deployment ends. Another
 *   database replaces it: then there is none yet
 * @param ask - `preflight`: whether the service may connect to the source, which it does as the role
 * @returns unknown if the service cannot be reached, never an error: a preview continues without it
 */
export async function readService(
  inputs: PreflightInputs,
  recorded: PreflightInputs | undefined,
  config: StackConfig | undefined,
  ask: { readonly preflight: boolean },
): Promise<Evidence<ServiceFacts>> {
  // One that was removed from the program exists until the deployment ends, and its objects are still its own.
  const wanted = inputs.connector ?? recorded?.connector;
  if (wanted === undefined) return { kind: "skipped", reason: "no connector is requested" };
  const client = findService(config);
  if (client === undefined) {
    return {
      kind: "skipped",
      reason: "no API token: set ardent:token or ARDENT_TOKEN",
      missing: "token",
    };
  }
  try {
    const connector = isOtherSource(recorded, inputs)
      ? undefined
      : ((await findConnector(client, wanted)) ??
        (recorded?.connector && (await findConnector(client, recorded.connector))));
    if (connector !== undefined) {
      return { kind: "read", value: { connector: await connectorFacts(client, connector) } };
    }
    if (!ask.preflight || inputs.connector === undefined) return { kind: "read", value: {} };
    const { source, role, schemas } = inputs;
    const details = connectionDetails({ ...source, user: role.name, password: role.password });
    const preflight = await client.connectors.preflight(details, Object.keys(schemas));
    return { kind: "read", value: { preflight: servicePreflight(preflight) } };
  } catch (error) {
    if (!(error instanceof ArdentApiError)) throw error;
    return { kind: "unknown", reason: [error.summary, ...error.problems.map(({ what }) => what)].join(": ") };
  }
}

/**
 * A connector with the name of this deployment's own, after its resource was deleted.
 *
 * @returns undefined also if it was adopted by its id, or if the service cannot be reached
 */
export async function connectorLeft(
  recorded: PreflightInputs | undefined,
  config: StackConfig | undefined,
): Promise<Connector | undefined> {
  const { connector } = recorded ?? {};
  if (connector === undefined || connector.connectorId !== undefined) return undefined;
  return orIfUnavailable(undefined, async () => {
    const client = findService(config);
    return client && (await findConnector(client, connector));
  });
}

async function connectorFacts(
  client: ArdentClient,
  connector: Connector,
): Promise<NonNullable<ServiceFacts["connector"]>> {
  const { id, name, status } = connector;
  const problem = connectorProblem(connector);
  const paused = await client.quarantines.list(id);
  return {
    id,
    name,
    ...(status ? { status } : {}),
    ...(problem === undefined ? {} : { problem }),
    quarantines: paused.map(({ id, message, tables }) => ({
      id,
      ...(message ? { reason: maskSecrets(message, []) } : {}),
      ...(tables === undefined ? {} : { tables }),
    })),
  };
}

async function findConnector(
  client: ArdentClient,
  wanted: NonNullable<PreflightInputs["connector"]>,
): Promise<Connector | undefined> {
  const project = await client.projects.get(wanted.projectId);
  const connectors = await client.connectors.list(project.org_id);
  return connectors.find((row) =>
    wanted.connectorId === undefined ? isNamed(row, wanted) : row.id === wanted.connectorId,
  );
}

function servicePreflight({
  pass,
  failed,
  grantScript,
}: ServicePreflight): NonNullable<ServiceFacts["preflight"]> {
  return {
    pass: pass === true,
    checks: failed.map(({ name, message }) => ({
      name,
      pass: false,
      ...(message === undefined ? {} : { detail: message }),
    })),
    ...(grantScript === undefined ? {} : { grantScript }),
  };
}
