import { UserError } from "../errors";
import { isLoopback } from "../loopback";

/** The public service. */
export const DEFAULT_API_URL = "https://api.tryardent.com/v1";

/** The address of the service. */
export interface ApiUrlOptions {
  /** Base URL with its version, such as `https://api.tryardent.com/v1`, the default. */
  readonly apiUrl?: string;
  /** Confirms an `http` URL of another machine, to which the token is sent as plain text. */
  readonly allowCleartext?: boolean;
}

/**
 * Reads the base URL, without a trailing slash.
 *
 * @throws UserError if it is not a valid http or https URL, contains credentials, or is an unconfirmed plain-text URL
 */
export function apiUrlOf({ apiUrl = DEFAULT_API_URL, allowCleartext = false }: ApiUrlOptions): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  const needed = `an http or https URL such as ${DEFAULT_API_URL}`;
  const fix = "set ardent:apiUrl or ARDENT_API_URL";
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new UserError("Cannot talk to Ardent", [
      { what: "the API URL is not a valid http(s) URL", needed, fix },
    ]);
  }
  if (url.username !== "" || url.password !== "") {
    throw new UserError("Cannot talk to Ardent", [
      {
        what: "the API URL contains credentials",
        object: url.host,
        needed,
        fix: `${fix}; set the token separately`,
      },
    ]);
  }
  if (url.protocol === "http:" && !allowCleartext && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new UserError("Cannot talk to Ardent", [
      {
        what: "the token and the passwords of sources would be sent as plain text, readable by anyone on the network path",
        object: url.host,
        current: "http",
        needed: "https",
        fix:
          `${fix} to an https URL; only on a fully trusted network: confirm with ` +
          "ardent:allowCleartext or ARDENT_ALLOW_CLEARTEXT set to true",
      },
    ]);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
