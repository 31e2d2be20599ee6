import type { ArdentClient } from "../../ardent/client";
import { connectionDetails } from "../../ardent/connection-details";
import { connectorProblem } from "../../ardent/connector-health";
import { ArdentApiError } from "../../ardent/errors";
import type { ServicePreflight } from "../../ardent/preflight-report";
import type { Connector } from "../../ardent/schemas";
import { maskSecrets } from "../../ardent/secrets";
import { ardentAccess } from "../../preflight/checks/ardent-access";
import { awaitedValue, type Evidence } from "../../preflight/facts/evidence";
import type { ServiceFacts } from "../../preflight/facts/service";
import type { ServiceAccess, ServiceRefusal } from "../../preflight/facts/service-access";
import { isNamed } from "../connector/ensure-connector";
import type { StackConfig } from "../provider";
import { orIfUnavailable } from "../runtime/or-if-unavailable";
import { requireServiceBriefly, tokenSetting } from "../runtime/service";
import { tryAccess } from "../runtime/service-access";
import { NO_TOKEN, serviceRefusal } from "../runtime/service-refusal";
import { isOtherSource, type PreflightInputs } from "./preflight-inputs";

/** The facts about Ardent's service. */
export interface ServiceEvidence {
  readonly service: Evidence<ServiceFacts>;
  readonly serviceAccess: Evidence<ServiceAccess>;
}

/**
 * Reads the facts that preflight needs from Ardent's service: whether it accepts this program's requests, whether this
 * deployment's connector exists, and if not, the result of the service's own preflight.
 *
 * @param before.recorded - the inputs deployed last: if this deployment renames the connector or moves it to another
 *   project, it is found by its old name and project; if it is removed from the program, it exists until the deployment
 *   ends. Another database replaces it: then there is none yet
 * @param before.isFirst - whether nothing is installed yet: then a missing token is a failure
 * @param how.ask - `everything`, or `reads`: without the service's own preflight, for which it connects as the role
 * @param how.notKnown - the inputs that name the project or the connector and are only known during the deployment: then
 *   a first preview only tries the token and the URL
 * @param how.client - makes the client
 * @returns unknown if the service cannot be reached, never an error: a preview continues without it
 * @throws UserError if the service's URL or an id is invalid
 */
export async function readService(
  inputs: PreflightInputs,
  { recorded, isFirst }: { readonly recorded: PreflightInputs | undefined; readonly isFirst: boolean },
  config: StackConfig | undefined,
  how: {
    readonly ask: "everything" | "reads";
    readonly notKnown: readonly string[];
    readonly client: (config: StackConfig | undefined) => ArdentClient;
  },
): Promise<ServiceEvidence> {
  // One that was removed from the program exists until the deployment ends, and its objects are still its own.
  const wanted = inputs.connector ?? recorded?.connector;
  if (wanted === undefined) return bothOf({ kind: "skipped", reason: "no connector is requested" });
  const isNew = isFirst || recorded?.connector === undefined;
  if (tokenSetting(config) === undefined) {
    if (isNew) return refused(NO_TOKEN);
    return bothOf({
      kind: "skipped",
      reason: "no API token: set ardent:token or ARDENT_TOKEN",
      missing: "token",
    });
  }
  const client = how.client(config);
  try {
    if (how.notKnown.length > 0) {
      if (isNew) await tryAccess(client, {});
      return bothOf(awaitedValue(how.notKnown));
    }
    const connector = isOtherSource(recorded, inputs)
      ? undefined
      : ((await findConnector(client, wanted)) ??
        (recorded?.connector && (await findConnector(client, recorded.connector))));
    if (connector !== undefined && !isOwn(wanted, recorded)) {
      const { id, name } = connector;
      return { service: { kind: "read", value: { taken: { id, name } } }, serviceAccess: ACCEPTED };
    }
    return { service: await readFacts(client, connector, inputs, how.ask), serviceAccess: ACCEPTED };
  } catch (error) {
    if (!(error instanceof ArdentApiError)) throw error;
    const refusal = serviceRefusal(error, wanted, config);
    if (refusal !== undefined) return refused(refusal);
    const reason = reasonOf(error);
    return {
      service: { kind: "unknown", reason, needs: ardentAccess.id },
      serviceAccess: { kind: "unknown", reason },
    };
  }
}

/** Whether a connector that was found is this program's: from an earlier deployment, or because it may be adopted. */
function isOwn(
  { adopt, connectorId }: NonNullable<PreflightInputs["connector"]>,
  recorded: PreflightInputs | undefined,
): boolean {
  return adopt || connectorId !== undefined || recorded?.connector !== undefined;
}

const ACCEPTED: Evidence<ServiceAccess> = { kind: "read", value: {} };

function bothOf(evidence: Evidence<never>): ServiceEvidence {
  return { service: evidence, serviceAccess: evidence };
}

function refused(refusal: ServiceRefusal): ServiceEvidence {
  return {
    service: { kind: "unknown", reason: refusal.what, needs: ardentAccess.id },
    serviceAccess: { kind: "read", value: { refusal } },
  };
}

/** The facts that depend on whether the connector exists. */
async function readFacts(
  client: ArdentClient,
  connector: Connector | undefined,
  { source, role, schemas, connector: wanted }: PreflightInputs,
  ask: "everything" | "reads",
): Promise<Evidence<ServiceFacts>> {
  try {
    if (connector !== undefined)
      return { kind: "read", value: { connector: await connectorFacts(client, connector) } };
    if (ask === "reads" || wanted === undefined) return { kind: "read", value: {} };
    const details = connectionDetails({ ...source, user: role.name, password: role.password });
    const preflight = await client.connectors.preflight(details, Object.keys(schemas));
    return { kind: "read", value: { preflight: servicePreflight(preflight) } };
  } catch (error) {
    if (!(error instanceof ArdentApiError) || error.isOutage) throw error;
    return { kind: "unknown", reason: reasonOf(error) };
  }
}

function reasonOf({ summary, problems }: ArdentApiError): string {
  return [summary, ...problems.map(({ what }) => what)].join(": ");
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
  return orIfUnavailable(undefined, async () => findConnector(requireServiceBriefly(config), connector));
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
