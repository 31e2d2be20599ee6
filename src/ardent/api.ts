import type { z } from "zod";
import { UserError } from "../errors";
import type { RetryBounds } from "../with-retries";
import { type ApiReply, type ApiRequest, type Endpoint, parseReply, send } from "./http";
import { idSchema } from "./ids";
import type { Reachability } from "./reachability";
import { retryCall } from "./retry";

/** For one attempt of a request that the service answers without a connection to the source, in milliseconds. */
const QUICK_MS = 30_000;
/** For one attempt of a request during which the service connects to the source, in milliseconds. */
export const LOOKS_AT_SOURCE_MS = 120_000;

/** The functions with which every resource of the API sends its requests. */
export class Api {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly retry: RetryBounds,
    private readonly timeoutMs?: number,
    private readonly reachability?: Reachability,
  ) {}

  /** Masked in all text of the service that is shown. */
  get token(): string {
    return this.endpoint.token;
  }

  request(
    operation: string,
    method: ApiRequest["method"],
    requestPath: string,
    timeoutMs = QUICK_MS,
  ): ApiRequest {
    return { operation, method, path: requestPath, timeoutMs: this.timeoutMs ?? timeoutMs };
  }

  /**
   * Sends a request that can safely be repeated, retries it within limits, and parses the response.
   *
   * @param alsoConflicts - whether a 409 is repeated too
   * @throws ArdentApiError
   */
  async ask<T extends z.ZodType>(
    request: ApiRequest,
    schema: T,
    alsoConflicts = false,
  ): Promise<z.output<T>> {
    return this.parse(request, await this.repeat(request, alsoConflicts), schema);
  }

  /** The same, with the unparsed response. */
  repeat(request: ApiRequest, alsoConflicts = false): Promise<ApiReply> {
    const attempt = (asked: ApiRequest) => send(this.endpoint, asked);
    const { reachability } = this;
    if (reachability === undefined) return retryCall(this.retry, alsoConflicts, () => attempt(request));
    return reachability.ask(() =>
      retryCall(this.retry, alsoConflicts, () => reachability.attempt(request, attempt)),
    );
  }

  /** Sends a request that must not be repeated. */
  sendOnce(request: ApiRequest): Promise<ApiReply> {
    return send(this.endpoint, request);
  }

  parse<T extends z.ZodType>(request: ApiRequest, reply: ApiReply, schema: T): z.output<T> {
    return parseReply(this.endpoint, request, reply, schema);
  }
}

/** @throws UserError for an invalid id: even when encoded, `..` would lead to another endpoint. */
export function path(parts: TemplateStringsArray, id: string): string {
  const parsed = idSchema.safeParse(id);
  if (parsed.success) return `${parts[0]}${parsed.data}${parts[1]}`;
  throw new UserError("Cannot talk to Ardent", [
    {
      what: "an id is not a valid Ardent id",
      object: `${parts[0]}…${parts[1]}`,
      needed: "1 to 200 letters, digits or characters of _ . : -, and not . or ..",
      fix: "copy the id from Ardent's dashboard or CLI",
    },
  ]);
}
