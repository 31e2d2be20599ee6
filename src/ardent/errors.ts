import { type Problem, UserError } from "../errors";
import type { ServicePreflight } from "./preflight-report";

/**
 * The kind of a failed request:
 * - `unauthorized` 401, `forbidden` 403, `not-found` 404, `conflict` 409, `invalid` 400 and 422, `rate-limited` 429
 * - `unavailable` 5xx
 * - `unreachable`: no complete response; it is unknown whether the work was done
 * - `unexpected-reply`: a response that is not the API's; it is unknown whether the work was done
 */
export type ArdentErrorCode =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "invalid"
  | "rate-limited"
  | "unavailable"
  | "unreachable"
  | "unexpected-reply";

/** Everything known about a failed call. None of it may contain a secret. */
export interface ArdentErrorFacts {
  readonly code: ArdentErrorCode;
  /** What was called, in words: `create the connector`. */
  readonly operation: string;
  /** `METHOD /path`. */
  readonly request: string;
  /** Host and port of the service. */
  readonly host: string;
  /** HTTP status; undefined without a response. */
  readonly status?: number;
  /** The service's message, secrets masked. */
  readonly detail?: string;
  /** How long the service asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Ardent's own preflight report, with a 422 of POST /connectors. */
  readonly preflight?: ServicePreflight;
}

/** A failed call of Ardent's API. It has no `cause`, because the causes of libraries contain requests, and so tokens. */
export class ArdentApiError extends UserError implements ArdentErrorFacts {
  readonly code: ArdentErrorCode;
  readonly operation: string;
  readonly request: string;
  readonly host: string;
  readonly status?: number;
  readonly detail?: string;
  readonly retryAfterMs?: number;
  readonly preflight?: ServicePreflight;

  constructor(facts: ArdentErrorFacts) {
    super(`Could not ${facts.operation}`, problemsOf(facts));
    this.code = facts.code;
    this.operation = facts.operation;
    this.request = facts.request;
    this.host = facts.host;
    this.status = facts.status;
    this.detail = facts.detail;
    this.retryAfterMs = facts.retryAfterMs;
    this.preflight = facts.preflight;
  }

  /** Whether a retry may help. */
  get transient(): boolean {
    return this.code === "rate-limited" || this.isOutage;
  }

  /** Whether the service does not respond or has an error of its own, for a moment or for longer. */
  get isOutage(): boolean {
    return this.code === "unavailable" || this.code === "unreachable";
  }

  /** Whether the service may have done the work, although the call failed. */
  get mayHaveHappened(): boolean {
    return this.transient || this.code === "unexpected-reply";
  }
}

/** Added to fixes of the configuration: without running the program, the engine uses the recorded configuration. */
const RECORDED =
  "; `pulumi destroy` and `pulumi refresh` use what the last `pulumi up` recorded, unless given --run-program";

/** How to set a token; shown if it is missing or rejected. */
export const TOKEN_FIX =
  "create an API key in Ardent's dashboard and set it with `pulumi config set --secret ardent:token <key>` " +
  `or in the environment as ARDENT_TOKEN${RECORDED}`;

function problemsOf(facts: ArdentErrorFacts): Problem[] {
  if (facts.preflight !== undefined) return preflightProblems(facts.preflight, facts.detail);
  const problem = { object: `${facts.request} at ${facts.host}`, ...explain(facts) };
  return [problem];
}

function explain({ code, status, detail, retryAfterMs }: ArdentErrorFacts): Problem {
  const said = detail === undefined ? "" : `: ${detail}`;
  switch (code) {
    case "unauthorized":
      return { what: `Ardent rejected the API token (${status}${said})`, fix: TOKEN_FIX };
    case "forbidden":
      return {
        what: `the API token lacks permission for this (${status}${said})`,
        fix: `use a token with this permission, or have its role raised in Ardent's dashboard${RECORDED}`,
      };
    case "not-found":
      return {
        what: `Ardent found nothing with this id, or this token has no access to it (${status}${said})`,
        fix: "check the id, and that the token belongs to the same organization",
      };
    case "conflict":
      return { what: `Ardent rejected the request in the current state (${status}${said})` };
    case "invalid":
      return { what: `Ardent rejected the request (${status}${said})` };
    case "rate-limited":
      return {
        what: `Ardent's rate limit was exceeded (${status}${said})`,
        fix:
          retryAfterMs === undefined
            ? "run it again in a minute"
            : `run it again in ${Math.ceil(retryAfterMs / 1000)} seconds`,
      };
    case "unavailable":
      return {
        what: `Ardent's API returned an error (${status}${said})`,
        fix: "run it again; if this continues, check Ardent's status page or contact Ardent's support",
      };
    case "unreachable":
      return {
        what: `no response from Ardent's API${said}`,
        fix: `check the network, a proxy in between, and ardent:apiUrl or ARDENT_API_URL if one is set${RECORDED}`,
      };
    case "unexpected-reply":
      return {
        what: `the response is not from Ardent's API (${status}${said})`,
        fix:
          "check ardent:apiUrl or ARDENT_API_URL (it ends in /v1), and whether a proxy or a login page responds " +
          `instead of the API${RECORDED}`,
      };
  }
}

/** How many lines of the service's script are shown. */
const SHOWN_SCRIPT_LINES = 100;

/** Lines of the service, marked so that readers do not take them for ours. */
function quoted(script: string): string {
  const lines = script.trimEnd().split(/\r\n|\n/);
  const more = lines.length - SHOWN_SCRIPT_LINES;
  return [...lines.slice(0, SHOWN_SCRIPT_LINES), ...(more > 0 ? [`… (${more} more lines)`] : [])]
    .map((line) => `| ${line}`)
    .join("\n");
}

function preflightProblems(preflight: ServicePreflight, detail: string | undefined): Problem[] {
  const problems: Problem[] = preflight.failed.map(({ name, message }) => ({
    object: name.replaceAll("_", " "),
    what: message ?? "failed",
  }));
  if (problems.length === 0) {
    problems.push({
      what: `Ardent's own preflight failed${detail === undefined ? "" : `: ${detail}`}`,
    });
  }
  if (preflight.grantScript !== undefined) {
    problems.push({
      what: "Ardent's response contains its own grant script, which has not been reviewed",
      fix: `read it before running it; the command pulumi-ardent grants prints a reviewed one for missing grants. Ardent's, unreviewed:\n${quoted(preflight.grantScript)}`,
    });
  }
  return problems;
}
