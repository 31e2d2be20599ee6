import type { z } from "zod";
import { UserError } from "../errors";
import { isLoopback } from "../loopback";
import { type ApiReply, type ApiRequest, type Endpoint, parseReply, send } from "./http";
import { idSchema } from "./ids";
import { readPreflightReport, type ServicePreflight } from "./preflight-report";
import { type RetryBounds, withRetries } from "./retry";
import {
  type Branch,
  branchListSchema,
  type Connector,
  connectorEnvelopeSchema,
  connectorListSchema,
  connectorSchema,
  type Operation,
  type OperationHandle,
  operationHandleSchema,
  operationSchema,
  type Project,
  preflightReportSchema,
  projectSchema,
  type Quarantine,
  quarantineListSchema,
  quarantineSchema,
} from "./schemas";
import { maskSecrets, secretsOf } from "./secrets";

/** The public service. */
export const DEFAULT_API_URL = "https://api.tryardent.com/v1";

/** The one service type that Ardent takes today. */
export const SERVICE_NAME = "postgresql";

/** The service type of a branch, which is not the connector's. */
export const BRANCH_SERVICE_TYPE = "postgres";

/** How long the service holds an operation's answer back at most, in seconds (`wait` of GET /operations/{id}). */
export const LONGEST_WAIT_SECONDS = 10;

/** Where and as whom the client asks, and how patiently. */
export interface ArdentClientOptions {
  /** Base URL with its version, such as `https://api.tryardent.com/v1`, the default. */
  readonly apiUrl?: string;
  /** Says a second time that an `http` URL beyond loopback is meant, over which the token goes as plain text. */
  readonly allowCleartext?: boolean;
  /** API key; never part of an error or a log line. */
  readonly token: string;
  readonly userAgent: string;
  /** For one attempt, in milliseconds; default 30 s, and 120 s where the service looks at the source meanwhile. */
  readonly timeoutMs?: number;
  /** Default: 5 attempts within 60 s, the second after half a second. */
  readonly retry?: RetryBounds;
}

/** What POST and PUT of a connector carry beside the ids. */
export interface ConnectorChanges {
  readonly name?: string;
  readonly project_id?: string;
  readonly connection_details?: Readonly<Record<string, unknown>>;
  /** Extensions that branches do without; an empty list takes back an earlier one. */
  readonly drop_extensions?: readonly string[];
}

/** What a connector is made of. */
export type NewConnector = ConnectorChanges &
  Required<Pick<ConnectorChanges, "name" | "project_id" | "connection_details">> & {
    readonly org_id?: string;
  };

/** What became of asking for the set-up of an engine: one runs, or it is set up already. */
export type EngineSetup =
  | { readonly handle: OperationHandle; readonly connector?: undefined }
  | { readonly connector: Connector; readonly handle?: undefined };

/** A creation of a branch that the service has taken on. */
export interface BranchCreation {
  readonly handle: OperationHandle;
  /** Whether the key had been used before: then this is the earlier creation, whatever became of it. */
  readonly replayed: boolean;
}

const QUICK_MS = 30_000;
const LOOKS_AT_SOURCE_MS = 120_000;
const RETRY: RetryBounds = { attempts: 5, totalMs: 60_000, initialDelayMs: 500 };

/**
 * Ardent's API, as far as the life of a connector and of its branches needs it. Every answer is parsed; every failure is an
 * ArdentApiError. GET, PUT, DELETE and those POSTs whose repetition changes nothing are repeated after 429, 5xx
 * and broken connections, within bounds; POST /connectors never is.
 */
export class ArdentClient {
  private readonly endpoint: Endpoint;
  private readonly timeoutMs: number | undefined;
  private readonly retry: RetryBounds;

  /** @throws UserError if the URL is none, carries credentials, or is not encrypted where that was not said twice. */
  constructor(options: ArdentClientOptions) {
    this.endpoint = {
      apiUrl: baseUrl(options),
      token: options.token,
      userAgent: options.userAgent,
    };
    this.timeoutMs = options.timeoutMs;
    this.retry = options.retry ?? RETRY;
  }

  getProject(projectId: string): Promise<Project> {
    const request = this.request(`read the project ${projectId}`, "GET", path`/projects/${projectId}`);
    return this.ask(request, projectSchema);
  }

  /** Every connector of the organization that the token may see. */
  async listConnectors(orgId: string): Promise<Connector[]> {
    const request = {
      ...this.request(`list the connectors of organization ${orgId}`, "GET", "/connectors"),
      query: { org_id: orgId },
    };
    return (await this.ask(request, connectorListSchema)).connectors;
  }

  getConnector(id: string): Promise<Connector> {
    return this.ask(this.request(`read the connector ${id}`, "GET", connectorPath(id)), connectorSchema);
  }

  /**
   * Ardent's own look at a source; stores nothing. A preflight that fails is a report, not an error.
   *
   * @param schemas - those that the report's grant script is written for
   */
  async preflight(
    details: Readonly<Record<string, unknown>>,
    schemas?: readonly string[],
  ): Promise<ServicePreflight> {
    const request = {
      ...this.request("run Ardent's preflight", "POST", "/connectors/preflight", LOOKS_AT_SOURCE_MS),
      body: {
        service_name: SERVICE_NAME,
        connection_details: details,
        ...(schemas === undefined ? {} : { selected_schemas: schemas }),
      },
      secrets: secretsOf(details),
    };
    const report = await this.ask(request, preflightReportSchema);
    return readPreflightReport(report, [this.endpoint.token, ...request.secrets]);
  }

  /**
   * Makes a connector: sent once, whatever comes back, since the API has no idempotency key and a second one of
   * the same name would be made. After a failure that `mayHaveHappened`, look before anything else.
   */
  async createConnector(connector: NewConnector): Promise<Connector> {
    const request = {
      ...this.request(`create the connector "${connector.name}"`, "POST", "/connectors", LOOKS_AT_SOURCE_MS),
      body: { ...connector, service_name: SERVICE_NAME },
      secrets: secretsOf(connector.connection_details),
    };
    return parseReply(this.endpoint, request, await send(this.endpoint, request), connectorSchema);
  }

  updateConnector(id: string, changes: ConnectorChanges): Promise<Connector> {
    const request = {
      ...this.request(`update the connector ${id}`, "PUT", connectorPath(id), LOOKS_AT_SOURCE_MS),
      body: changes,
      secrets: secretsOf(changes.connection_details ?? {}),
    };
    return this.ask(request, connectorSchema);
  }

  /** Starts the deletion, or joins one that is running. */
  deleteConnector(id: string): Promise<OperationHandle> {
    return this.ask(
      this.request(`delete the connector ${id}`, "DELETE", connectorPath(id)),
      operationHandleSchema,
    );
  }

  /** Starts the discovery of schemas and tables, or joins one that is running. */
  discover(id: string): Promise<OperationHandle> {
    const request = this.request(
      `discover the tables of the connector ${id}`,
      "POST",
      `${connectorPath(id)}/discover`,
      LOOKS_AT_SOURCE_MS,
    );
    return this.ask(request, operationHandleSchema);
  }

  /** @param paths - see paths.ts */
  setSelection(id: string, paths: readonly string[]): Promise<Connector> {
    const request = {
      ...this.request(`select the tables of the connector ${id}`, "POST", `${connectorPath(id)}/selection`),
      body: { selected_paths: paths },
    };
    return this.ask(request, connectorSchema);
  }

  /** A 409 ("state changed underneath") is repeated, as the API says. */
  setReplicaIdentityDecisions(id: string, decisions: Readonly<Record<string, string>>): Promise<Connector> {
    const request = {
      ...this.request(
        `set the replica identity decisions of the connector ${id}`,
        "PUT",
        `${connectorPath(id)}/replica-identity-decisions`,
      ),
      body: { decisions },
    };
    return this.ask(request, connectorSchema, true);
  }

  /** Starts the replication, or joins a start that is running; the connector's row when there is nothing to start. */
  async engineSetup(id: string): Promise<EngineSetup> {
    const request = this.request(
      `set up the replication of the connector ${id}`,
      "POST",
      `${connectorPath(id)}/engine-setup`,
      LOOKS_AT_SOURCE_MS,
    );
    const reply = await this.repeat(request);
    if (reply.status === 202)
      return { handle: parseReply(this.endpoint, request, reply, operationHandleSchema) };
    // Whatever else answers with 200 on the way has set nothing up.
    return { connector: parseReply(this.endpoint, request, reply, connectorSchema) };
  }

  /**
   * @param waitSeconds - how long the service may hold its answer back for the operation to end, 0 to 10
   * @param signal - stops the waiting; its reason is thrown
   */
  async getOperation(id: string, waitSeconds = 0, signal?: AbortSignal): Promise<Operation> {
    const quick = this.request(`read the operation ${id}`, "GET", path`/operations/${id}`);
    const request = {
      ...quick,
      query: { wait: String(waitSeconds) },
      timeoutMs: quick.timeoutMs + waitSeconds * 1000,
      ...(signal === undefined ? {} : { signal }),
    };
    const operation = await this.ask(request, operationSchema);
    const mask = <T>(text: T) => (typeof text === "string" ? maskSecrets(text, [this.endpoint.token]) : text);
    const { stage, stage_label, error } = operation;
    return { ...operation, stage: mask(stage), stage_label: mask(stage_label), error: mask(error) };
  }

  /** @param reason - shown to whoever tries to delete it, up to 500 characters */
  async lockDeletion(id: string, reason?: string): Promise<Connector> {
    const request = {
      ...this.request(
        `lock the connector ${id} against deletion`,
        "POST",
        `${connectorPath(id)}/deletion-lock`,
      ),
      body: reason === undefined ? {} : { reason },
    };
    return (await this.ask(request, connectorEnvelopeSchema)).connector;
  }

  async unlockDeletion(id: string): Promise<Connector> {
    const request = this.request(
      `unlock the deletion of the connector ${id}`,
      "DELETE",
      `${connectorPath(id)}/deletion-lock`,
    );
    return (await this.ask(request, connectorEnvelopeSchema)).connector;
  }

  /** What of a connector's replication is paused. */
  async listQuarantines(id: string): Promise<Quarantine[]> {
    const request = this.request(
      `list the quarantines of the connector ${id}`,
      "GET",
      `${connectorPath(id)}/quarantine`,
    );
    return (await this.ask(request, quarantineListSchema)).quarantines;
  }

  /** Lets a paused part of the replication go on; released twice it stays released. */
  releaseQuarantine(id: string, quarantineId: string): Promise<Quarantine> {
    const request = this.request(
      `release the quarantine ${quarantineId} of the connector ${id}`,
      "POST",
      `${connectorPath(id)}${path`/quarantine/${quarantineId}/release`}`,
    );
    return this.ask(request, quarantineSchema);
  }

  /**
   * Starts the creation of a branch, or finds the one that was started with this key; repeated like a GET, because
   * the key makes that safe. A 409 is thrown at once: an answer to it needs more patience than a retry has.
   *
   * @param idempotencyKey - of this creation, and of no other
   */
  async createBranch(
    branch: { readonly connector_id: string; readonly name: string },
    idempotencyKey: string,
  ): Promise<BranchCreation> {
    const request = {
      ...this.request(`create the branch "${branch.name}"`, "POST", "/branch/create"),
      headers: { "x-idempotency-key": idempotencyKey },
      body: { ...branch, service_type: BRANCH_SERVICE_TYPE },
    };
    const reply = await this.repeat(request);
    return {
      handle: parseReply(this.endpoint, request, reply, operationHandleSchema),
      replayed: reply.headers.get("x-idempotency-replay") === "true",
    };
  }

  /** The branches of a connector, up to {@link LONGEST_BRANCH_LIST}: the API has no way to the others. */
  listBranches(connectorId: string): Promise<Branch[]> {
    const request = this.request(
      `list the branches of the connector ${connectorId}`,
      "GET",
      path`/branches/${connectorId}`,
    );
    return this.ask(request, branchListSchema);
  }

  private request(
    operation: string,
    method: ApiRequest["method"],
    requestPath: string,
    timeoutMs = QUICK_MS,
  ): ApiRequest {
    return { operation, method, path: requestPath, timeoutMs: this.timeoutMs ?? timeoutMs };
  }

  private async ask<T extends z.ZodType>(
    request: ApiRequest,
    schema: T,
    alsoConflicts = false,
  ): Promise<z.output<T>> {
    return parseReply(this.endpoint, request, await this.repeat(request, alsoConflicts), schema);
  }

  private repeat(request: ApiRequest, alsoConflicts = false): Promise<ApiReply> {
    return withRetries(this.retry, alsoConflicts, () => send(this.endpoint, request));
  }
}

/** @throws UserError for what is no id: encoding would not keep `..` from leading to another endpoint. */
function path(parts: TemplateStringsArray, id: string): string {
  const parsed = idSchema.safeParse(id);
  if (parsed.success) return `${parts[0]}${parsed.data}${parts[1]}`;
  throw new UserError("Cannot talk to Ardent", [
    {
      what: "an id is not one of Ardent's",
      object: `${parts[0]}…${parts[1]}`,
      needed: "1 to 200 letters, digits or characters of _ . : -, and not . or ..",
      fix: "copy the id from Ardent's dashboard or CLI",
    },
  ]);
}

function connectorPath(id: string): string {
  return path`/connectors/${id}`;
}

function baseUrl({ apiUrl = DEFAULT_API_URL, allowCleartext = false }: ArdentClientOptions): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  const needed = `an http or https URL such as ${DEFAULT_API_URL}`;
  const fix = "set ardent:apiUrl or ARDENT_API_URL";
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new UserError("Cannot talk to Ardent", [{ what: "the API's URL is none", needed, fix }]);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("Cannot talk to Ardent", [
      {
        what: "the API's URL carries credentials",
        object: url.host,
        needed,
        fix: `${fix}; the token is apart`,
      },
    ]);
  }
  if (url.protocol === "http:" && !allowCleartext && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new UserError("Cannot talk to Ardent", [
      {
        what: "the token and the passwords of sources would go there as plain text, to be read on the way",
        object: url.host,
        current: "http",
        needed: "https",
        fix:
          `${fix} to an https URL; only where everybody on the way is trusted, say it a second time with ` +
          "ardent:allowCleartext or ARDENT_ALLOW_CLEARTEXT set to true",
      },
    ]);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
