import type { RetryBounds } from "../with-retries";
import { Api } from "./api";
import { type ApiUrlOptions, apiUrlOf } from "./api-url";
import { Branches } from "./branches";
import { Connectors } from "./connectors";
import { Operations } from "./operations";
import { Projects } from "./projects";
import { Quarantines } from "./quarantines";
import type { Reachability } from "./reachability";
import { Replications } from "./replications";

/** The address, the token and the limits of a client. */
export interface ArdentClientOptions extends ApiUrlOptions {
  /** API key; never part of an error or a log line. */
  readonly token: string;
  readonly userAgent: string;
  /** For one attempt, in milliseconds; default 30 s, or 120 s if the service connects to the source meanwhile. */
  readonly timeoutMs?: number;
  /** Default: 5 attempts within 60 s, the second after half a second. */
  readonly retry?: RetryBounds;
  /** Whether the service responds, shared by several clients: only the first request waits for one that does not. */
  readonly reachability?: Reachability;
}

const RETRY: RetryBounds = { attempts: 5, totalMs: 60_000, initialDelayMs: 500 };

/**
 * The part of Ardent's API that connectors and branches need, by resource. Every response is parsed; every failure is an
 * ArdentApiError. GET, PUT, DELETE and POSTs that are safe to repeat are retried after 429, 5xx and broken connections,
 * within limits; POST /connectors never is.
 */
export class ArdentClient {
  readonly projects: Projects;
  readonly connectors: Connectors;
  readonly replication: Replications;
  readonly quarantines: Quarantines;
  readonly operations: Operations;
  readonly branches: Branches;

  /** @throws UserError for an invalid API URL, see {@link apiUrlOf} */
  constructor(options: ArdentClientOptions) {
    const { token, userAgent, timeoutMs, retry = RETRY, reachability } = options;
    const api = new Api({ apiUrl: apiUrlOf(options), token, userAgent }, retry, timeoutMs, reachability);
    this.projects = new Projects(api);
    this.connectors = new Connectors(api);
    this.replication = new Replications(api);
    this.quarantines = new Quarantines(api);
    this.operations = new Operations(api);
    this.branches = new Branches(api);
  }
}
