import type { z } from "zod";
import { describeConnectionFailure } from "../connection-failure";
import { readReplyBody } from "../reply-body";
import { readRetryAfter } from "../retry-after";
import { ArdentApiError, type ArdentErrorCode, type ArdentErrorFacts } from "./errors";
import { readPreflightReport } from "./preflight-report";
import { errorBodySchema, preflightReplySchema } from "./schemas";
import { maskSecrets } from "./secrets";

/**
 * How large a reply may be, in bytes after decompression. The largest that is documented, a preflight report with its
 * grant script, has some hundred bytes for each schema and table.
 */
export const REPLY_LIMIT_BYTES = 8 * 1024 * 1024;

/** One request of the API. */
export interface ApiRequest {
  /** What it does, as text after "could not": `read the project prj_1`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base URL, with a leading slash and its parts encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** In addition to the headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Secrets in the body, masked in all text of the service. */
  readonly secrets?: readonly string[];
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The address and the token. */
export interface Endpoint {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly token: string;
  readonly userAgent: string;
}

/** A successful response, parsed as JSON. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * Sends one request, without retries.
 *
 * @throws ArdentApiError for every response except a 2xx with JSON, and if there is no response.
 */
export async function send(endpoint: Endpoint, request: ApiRequest): Promise<ApiReply> {
  const url = new URL(endpoint.apiUrl + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const secrets = [endpoint.token, ...(request.secrets ?? [])];
  const fail = (facts: Pick<ArdentErrorFacts, "code" | "status" | "detail" | "retryAfterMs" | "preflight">) =>
    new ArdentApiError({
      ...facts,
      ...(facts.detail === undefined ? {} : { detail: shortened(maskSecrets(facts.detail, secrets)) }),
      operation: request.operation,
      request: `${request.method} ${url.pathname}`,
      host: url.host,
    });

  const timeout = AbortSignal.timeout(request.timeoutMs);
  let response: Response;
  let text: string | undefined;
  try {
    response = await fetch(url, {
      method: request.method,
      headers: {
        ...request.headers,
        accept: "application/json",
        authorization: `Bearer ${endpoint.token}`,
        "user-agent": endpoint.userAgent,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // A redirected POST becomes a GET, and the token would be sent to the new host.
      redirect: "manual",
      signal: request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]),
    });
    text = await readReplyBody(response, REPLY_LIMIT_BYTES);
  } catch (error) {
    request.signal?.throwIfAborted();
    const reason = timeout.aborted
      ? `no response within ${request.timeoutMs / 1000} seconds`
      : describeConnectionFailure(error);
    throw fail({ code: "unreachable", detail: reason });
  }

  const { status } = response;
  if (text === undefined) {
    const limit = `${REPLY_LIMIT_BYTES / 1024 / 1024} MiB`;
    throw fail({ code: "unexpected-reply", status, detail: `larger than ${limit}, the limit for one reply` });
  }
  const body = parseJson(text);
  if (body === undefined) {
    const code = status >= 500 ? "unavailable" : status === 429 ? "rate-limited" : "unexpected-reply";
    throw fail({
      code,
      status,
      detail: describeForeign(response, text),
      retryAfterMs: readRetryAfter(response.headers),
    });
  }
  if (response.ok) return { status, headers: response.headers, body };
  const preflight = status === 422 ? preflightIn(body, secrets) : undefined;
  throw fail({
    code: codeOf(status),
    status,
    detail: detailOf(body),
    retryAfterMs: readRetryAfter(response.headers),
    ...(preflight === undefined ? {} : { preflight }),
  });
}

/**
 * Parses a response with its schema.
 *
 * @throws ArdentApiError `unexpected-reply`, which names the wrong fields but not their values.
 */
export function parseReply<T extends z.ZodType>(
  endpoint: Endpoint,
  request: ApiRequest,
  reply: ApiReply,
  schema: T,
): z.output<T> {
  const parsed = schema.safeParse(reply.body);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const wrong = issues
    .slice(0, SHOWN_FIELDS)
    .map((issue) => `${issue.path.join(".") || "the body"} (${issue.code})`);
  if (issues.length > SHOWN_FIELDS) wrong.push(`and ${issues.length - SHOWN_FIELDS} more`);
  throw new ArdentApiError({
    code: "unexpected-reply",
    status: reply.status,
    operation: request.operation,
    request: `${request.method} ${new URL(endpoint.apiUrl + request.path).pathname}`,
    host: new URL(endpoint.apiUrl).host,
    detail: `JSON whose fields are not as documented: ${wrong.join(", ")}`,
  });
}

/** How many characters of the service's message an error contains. */
const SHOWN_DETAIL = 2_000;

/** Cut only after secrets were masked: half a secret would not be recognized. */
function shortened(detail: string): string {
  return detail.length <= SHOWN_DETAIL ? detail : `${detail.slice(0, SHOWN_DETAIL)}…`;
}

/** How many wrong fields of a reply an error names. */
const SHOWN_FIELDS = 10;

function codeOf(status: number): ArdentErrorCode {
  if (status >= 500) return "unavailable";
  switch (status) {
    case 400:
    case 422:
      return "invalid";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 409:
      return "conflict";
    case 429:
      return "rate-limited";
    default:
      return "unexpected-reply";
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Describes a response without repeating it, because a login page can contain anything. */
function describeForeign(response: Response, text: string): string {
  const type = response.headers.get("content-type")?.split(";")[0] ?? "no content type";
  const location = response.headers.get("location");
  if (location !== null && URL.canParse(location, response.url)) {
    return `a redirect to ${new URL(location, response.url).host}`;
  }
  if (text === "") return "an empty body";
  return type.includes("json") ? `${type}, cut off or broken after ${text.length} characters` : type;
}

function detailOf(body: unknown): string | undefined {
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { detail } = parsed.data;
  if (typeof detail === "string") return detail;
  return detail.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`).join("; ");
}

function preflightIn(body: unknown, secrets: readonly string[]): ArdentErrorFacts["preflight"] {
  const parsed = preflightReplySchema.safeParse(body);
  if (!parsed.success || (parsed.data.preflight_pass == null && parsed.data.checks == null)) return undefined;
  return readPreflightReport(parsed.data, secrets);
}
