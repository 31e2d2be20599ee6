import { z } from "zod";
import { describeConnectionFailure } from "../connection-failure";
import { readReplyBody } from "../reply-body";
import { readRetryAfter } from "../retry-after";
import { ForgeError, type ForgeErrorFacts, type ForgeErrorKind } from "./forge-error";
import { LIMIT_MS } from "./retry";

/** For one request, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** How large a reply may be, in bytes: a page has up to 100 comments of others, as long as the forge allows. */
const REPLY_LIMIT_BYTES = 128 * 1024 * 1024;

/** How long to wait after a 429 that does not say it, as GitHub's documentation asks for, in milliseconds. */
const RATE_LIMIT_PAUSE_MS = 60_000;

/** How many characters of the forge's message an error contains. */
const SHOWN_DETAIL = 500;

/** The address and the token. */
export interface ForgeEndpoint {
  /** GitHub or GitLab. */
  readonly forge: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly token: string;
  /** All headers, including the one with the token. */
  readonly headers: Readonly<Record<string, string>>;
}

interface ForgeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the API's URL with its parts encoded, or a whole URL of the forge. */
  readonly path: string;
  readonly body?: unknown;
}

/** Sends the requests of a forge's API, without retries. */
export class ForgeApi {
  private readonly deadline: AbortSignal;

  /** @param limitMs - for all requests together, in milliseconds */
  constructor(
    private readonly endpoint: ForgeEndpoint,
    private readonly limitMs = LIMIT_MS,
  ) {
    this.deadline = AbortSignal.timeout(limitMs);
  }

  /**
   * Sends a request and parses the reply.
   *
   * @throws ForgeError
   */
  async ask<T extends z.ZodType>(request: ForgeRequest, schema: T): Promise<z.output<T>> {
    return (await this.send(request, schema)).parsed;
  }

  /**
   * Reads every page of a list. The forge says whether there is a next page; its address is not used, because the token
   * would be sent there.
   *
   * @param path - may have a query
   * @throws ForgeError
   */
  async list<T extends z.ZodType>(path: string, row: T): Promise<z.output<T>[]> {
    const rows: z.output<T>[] = [];
    for (let page = 1; ; page++) {
      const query = `${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`;
      const { parsed, headers } = await this.send({ method: "GET", path: path + query }, z.array(row));
      rows.push(...parsed);
      if (!/;\s*rel="?next"?/i.test(headers.get("link") ?? "")) return rows;
    }
  }

  /** Deletes something, or nothing if it is deleted already. */
  async remove(path: string): Promise<void> {
    try {
      await this.send({ method: "DELETE", path }, z.unknown());
    } catch (error) {
      if (!(error instanceof ForgeError && error.facts.kind === "not-found")) throw error;
    }
  }

  private async send<T extends z.ZodType>({ method, path, body }: ForgeRequest, schema: T) {
    const { forge, apiUrl, token, headers } = this.endpoint;
    const url = new URL(path.startsWith("/") ? apiUrl + path : path);
    const fail = (kind: ForgeErrorKind, facts: Facts) =>
      new ForgeError({
        ...facts,
        kind,
        forge,
        request: `${method} ${url.pathname}`,
        host: url.host,
        detail: facts.detail?.replaceAll(token, "***").slice(0, SHOWN_DETAIL),
      });
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    let text: string | undefined;
    try {
      response = await fetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The token would be sent to the new host.
        redirect: "manual",
        signal: AbortSignal.any([timeout, this.deadline]),
      });
      text = await readReplyBody(response, REPLY_LIMIT_BYTES);
    } catch (error) {
      throw fail("unreachable", {
        detail: this.deadline.aborted
          ? within(this.limitMs)
          : timeout.aborted
            ? within(TIMEOUT_MS)
            : describeConnectionFailure(error),
      });
    }
    const { status } = response;
    const json = parseJson(text);
    if (!response.ok) throw fail(...failureOf(response, json));
    const parsed = schema.safeParse(json);
    if (parsed.success) return { parsed: parsed.data, headers: response.headers };
    const unknown = json === undefined ? describeForeign(response, text) : "JSON with unexpected fields";
    throw fail("unexpected-reply", { status, detail: unknown });
  }
}

function within(ms: number): string {
  return `within ${ms / 1000} seconds`;
}

type Facts = Pick<ForgeErrorFacts, "status" | "detail" | "retryAfterMs">;

/** Describes a reply without repeating it, because a login page can contain anything. */
function describeForeign({ headers }: Response, text: string | undefined): string {
  if (text === undefined) return `larger than ${REPLY_LIMIT_BYTES / 1024 / 1024} MiB`;
  return headers.get("content-type")?.split(";")[0] ?? "no content type";
}

/** An empty body, as of a deletion, is null. */
function parseJson(text: string | undefined): unknown {
  if (text === "") return null;
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf({ status, headers }: Response, json: unknown): [ForgeErrorKind, Facts] {
  const facts = { status, detail: messageOf(json) };
  const pauseMs = readRetryAfter(headers) ?? untilReset(headers);
  if (status === 429 || (status === 403 && pauseMs !== undefined))
    return ["rate-limited", { ...facts, retryAfterMs: pauseMs ?? RATE_LIMIT_PAUSE_MS }];
  if (status >= 500) return ["unavailable", { ...facts, retryAfterMs: pauseMs }];
  return [KINDS[status] ?? "rejected", facts];
}

/** GitLab has objects in some of these fields; they are left out. */
const errorSchema = z.object({
  message: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
});

function messageOf(json: unknown): string | undefined {
  const parsed = errorSchema.safeParse(json);
  return parsed.data?.message ?? parsed.data?.error_description ?? parsed.data?.error;
}

const KINDS: Readonly<Record<number, ForgeErrorKind>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
};

/**
 * How long until GitHub accepts requests again, in milliseconds.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
function untilReset(headers: Headers): number | undefined {
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  if (headers.get("x-ratelimit-remaining") !== "0" || Number.isNaN(reset)) return undefined;
  return Math.max(0, reset * 1000 - Date.now());
}
