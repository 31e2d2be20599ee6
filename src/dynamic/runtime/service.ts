import { readFileSync } from "node:fs";
import path from "node:path";
import { ArdentClient } from "../../ardent/client";
import { TOKEN_FIX } from "../../ardent/errors";
import { UserError } from "../../errors";
import type { StackConfig } from "../provider";

/**
 * A client for Ardent's service, from `ardent:token` and `ardent:apiUrl` of the stack's configuration, else from
 * ARDENT_TOKEN and ARDENT_API_URL; undefined when there is no token.
 *
 * @throws UserError if the URL is invalid, or is a plain-text URL of another machine without `ardent:allowCleartext`.
 */
export function findService(config: StackConfig | undefined): ArdentClient | undefined {
  const token = setting(config, "ardent:token", "ARDENT_TOKEN");
  if (token === undefined) return undefined;
  const apiUrl = setting(config, "ardent:apiUrl", "ARDENT_API_URL");
  const allowCleartext = setting(config, "ardent:allowCleartext", "ARDENT_ALLOW_CLEARTEXT") === "true";
  return new ArdentClient({
    token,
    allowCleartext,
    userAgent: `pulumi-ardent/${packageVersion()}`,
    ...(apiUrl === undefined ? {} : { apiUrl }),
  });
}

/**
 * Like {@link findService}, but the token is required.
 *
 * @throws UserError that says how to set a token.
 */
export function requireService(config: StackConfig | undefined): ArdentClient {
  const client = findService(config);
  if (client !== undefined) return client;
  throw new UserError("Cannot talk to Ardent", [{ what: "no API token is set", fix: TOKEN_FIX }]);
}

function setting(config: StackConfig | undefined, key: string, variable: string): string | undefined {
  return config?.get(key)?.trim() || process.env[variable]?.trim() || undefined;
}

function packageVersion(): string {
  // Two folders up, both in the sources and in the compiled package.
  const file = path.join(__dirname, "..", "..", "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
