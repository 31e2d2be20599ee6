import type { ConnectionSettings } from "../../postgres/connection-settings";
import { parseConnectionUrl } from "../../postgres/connection-url";

/** A source database with its connection details. Contains the password, so never put it into a reply. */
export type Source = ConnectionSettings;

/** A problem of a source, as text that can be shown to the caller. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

/**
 * Reads `connection_details`, of which only `{"url": "postgresql://user:password@host:port/database"}` is
 * documented.
 *
 * @throws {SourceError | UserError} neither of which repeats the password
 */
export function parseConnectionDetails(details: Record<string, unknown>): Source {
  if (typeof details.url !== "string") throw new SourceError("connection_details.url is missing");
  const { settings, caCertificateFile } = parseConnectionUrl(details.url);
  if (caCertificateFile !== undefined) {
    throw new SourceError("connection_details.url names a file (sslrootcert), which a service cannot read");
  }
  return settings;
}

/** Describes a source, without its password. */
export function describeSource(source: Source): string {
  return `${source.user}@${source.host}:${source.port}/${source.database}`;
}
