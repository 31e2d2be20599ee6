import { type Problem, UserError } from "../errors";

/**
 * The kind of a failed request:
 * - `unauthorized` 401; `forbidden` 403, unless it is a rate limit; `not-found` 404
 * - `rate-limited` 429, and 403 with the headers of a rate limit
 * - `unavailable` 5xx; `unreachable`: no complete response. The work may have been done
 * - `rejected`: every other status
 * - `unexpected-reply`: not the API's JSON
 */
export type ForgeErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rate-limited"
  | "unavailable"
  | "unreachable"
  | "rejected"
  | "unexpected-reply";

/** Everything known about a failed request. None of it may contain the token. */
export interface ForgeErrorFacts {
  readonly kind: ForgeErrorKind;
  /** GitHub or GitLab. */
  readonly forge: string;
  /** `METHOD /path`. */
  readonly request: string;
  /** Host and port. */
  readonly host: string;
  readonly status?: number;
  /** The forge's message, or what went wrong instead. */
  readonly detail?: string;
  /** How long the forge asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A failed request of a forge's API. It has no `cause`, because the causes of libraries contain requests, and so tokens. */
export class ForgeError extends UserError {
  constructor(readonly facts: ForgeErrorFacts) {
    super("Could not write the comment", [
      { object: `${facts.request} at ${facts.host}`, ...explain(facts) },
    ]);
  }
}

function explain({ kind, forge, status, detail, retryAfterMs }: ForgeErrorFacts): Problem {
  const said = [status, detail].filter((part) => part !== undefined).join(": ");
  switch (kind) {
    case "unauthorized":
      return { what: `${forge} rejected the token (${said})`, fix: "set a token that has not expired" };
    case "forbidden":
      return { what: `the token may not do this (${said})` };
    case "not-found":
      return {
        what: `${forge} found nothing there, or the token has no access to it (${said})`,
        fix: "check the number and the repository, and that the token belongs to a member of it",
      };
    case "rate-limited":
      return {
        what: `${forge}'s rate limit was exceeded (${said})`,
        fix:
          retryAfterMs === undefined
            ? "run it again in a minute"
            : `run it again in ${Math.ceil(retryAfterMs / 1000)} seconds`,
      };
    case "unavailable":
      return {
        what: `${forge} returned an error (${said})`,
        fix: `run it again; see ${forge}'s status page`,
      };
    case "unreachable":
      return {
        what: `no response from ${forge} (${said})`,
        fix: "check the API's URL, the network and proxies",
      };
    case "rejected":
      return { what: `${forge} rejected the request (${said})` };
    case "unexpected-reply":
      return {
        what: `the response is not from ${forge}'s API (${said})`,
        fix: "check the API's URL, and whether a proxy or a login page responds instead",
      };
  }
}
