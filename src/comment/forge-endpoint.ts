import { UserError } from "../errors";
import { isLoopback } from "../loopback";
import type { ForgeEndpoint } from "./forge-api";

/** What could not be done, as the first line of an error. */
export const NO_COMMENT = "The comment cannot be written";

/** The environment variables of a CI job. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value; an empty one is not set, as in jobs that may not see a secret. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === "" ? undefined : value;
}

/**
 * Reads the base URL of an API, without a trailing slash.
 *
 * @param name - of the variable
 * @throws {UserError} if it is not an https URL: over http, the token could be read on the network
 */
export function readUrl(environment: Environment, name: string, otherwise: string): string {
  const url = URL.parse(variable(environment, name) ?? otherwise);
  const allowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(hostOf(url)));
  if (url !== null && allowed && url.username === "" && url.password === "")
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  throw new UserError(NO_COMMENT, [
    { object: name, what: "is not the URL of an API", needed: "an https URL without credentials" },
  ]);
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/**
 * Refuses what cannot be in a header: `fetch` would repeat it in its error.
 *
 * @throws {UserError} without the token
 */
export function checkToken(name: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserError(NO_COMMENT, [
    { object: name, what: "is not a token", needed: "printable ASCII characters without spaces" },
  ]);
}

/** The headers of every request, without the one for the token. */
export function headersOf(userAgent: string): ForgeEndpoint["headers"] {
  return { accept: "application/json", "user-agent": userAgent };
}
