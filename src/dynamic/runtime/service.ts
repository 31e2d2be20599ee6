import { readFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_API_URL } from "../../ardent/api-url";
import { ArdentClient, type ArdentClientOptions } from "../../ardent/client";
import { type ArdentApiError, TOKEN_FIX } from "../../ardent/errors";
import { Reachability } from "../../ardent/reachability";
import { UserError } from "../../errors";
import { printableValue } from "../../printable-text";
import type { RetryBounds } from "../../with-retries";
import type { StackConfig } from "../provider";
import { log } from "./engine-log";

/**
 * A client for Ardent's service, from `ardent:token` and `ardent:apiUrl` of the stack's configuration, else from
 * ARDENT_TOKEN and ARDENT_API_URL.
 *
 * @throws UserError that says how to set a token; if the URL is invalid, or is a plain-text URL of another machine
 *   without `ardent:allowCleartext`.
 */
export function requireService(config: StackConfig | undefined): ArdentClient {
  return new ArdentClient(requireOptions(config));
}

/**
 * The same for requests whose answer a run can continue without: they wait for a short time, and in one run only the
 * first of them waits for a service that does not respond. A rate limit is waited for as usual.
 *
 * @throws UserError as {@link requireService}
 */
export function requireServiceBriefly(config: StackConfig | undefined): ArdentClient {
  const options = requireOptions(config);
  const { apiUrl = DEFAULT_API_URL } = options;
  const reachability = knownServices.get(apiUrl) ?? new Reachability(sayOutage);
  knownServices.set(apiUrl, reachability);
  return new ArdentClient({ ...options, retry: BRIEF_RETRY, reachability });
}

/** Where a setting of the service comes from, and its value. */
export interface ServiceSetting {
  /** `ardent:token` or `ARDENT_TOKEN`. */
  readonly name: string;
  readonly value: string;
}

/** The token that is set; undefined when there is none. */
export function tokenSetting(config: StackConfig | undefined): ServiceSetting | undefined {
  return setting(config, "ardent:token", "ARDENT_TOKEN");
}

/** The URL of the API that is set; undefined when it is the default. */
export function apiUrlSetting(config: StackConfig | undefined): ServiceSetting | undefined {
  return setting(config, "ardent:apiUrl", "ARDENT_API_URL");
}

/** By URL: whether a service responds. The process lives for one run of the engine. */
const knownServices = new Map<string, Reachability>();

/** Four attempts of a service that refuses at once; one of a service that does not answer. */
const BRIEF_RETRY: RetryBounds = { attempts: 5, totalMs: 60_000, outageMs: 2_000, initialDelayMs: 250 };

function sayOutage({ host, problems }: ArdentApiError): void {
  const reason = problems.map(({ what }) => what).join("; ");
  log(
    `Ardent: ${printableValue(`${host}: ${reason}`)}; this run continues without it, and what needs it is unknown`,
  );
}

function requireOptions(config: StackConfig | undefined): ArdentClientOptions {
  const token = tokenSetting(config);
  if (token === undefined)
    throw new UserError("Cannot talk to Ardent", [{ what: "no API token is set", fix: TOKEN_FIX }]);
  const apiUrl = apiUrlSetting(config);
  const allowCleartext = setting(config, "ardent:allowCleartext", "ARDENT_ALLOW_CLEARTEXT");
  return {
    token: token.value,
    allowCleartext: allowCleartext?.value === "true",
    userAgent: `pulumi-ardent/${packageVersion()}`,
    ...(apiUrl === undefined ? {} : { apiUrl: apiUrl.value }),
  };
}

function setting(config: StackConfig | undefined, key: string, variable: string): ServiceSetting | undefined {
  const configured = config?.get(key)?.trim();
  if (configured) return { name: key, value: configured };
  const fromEnvironment = process.env[variable]?.trim();
  return fromEnvironment ? { name: variable, value: fromEnvironment } : undefined;
}

function packageVersion(): string {
  // Two folders up, both in the sources and in the compiled package.
  const file = path.join(__dirname, "..", "..", "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
