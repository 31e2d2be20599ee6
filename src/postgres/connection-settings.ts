import { isIPv6 } from "node:net";
import { type Problem, UserError } from "../errors";
import { defaultSslMode, parseSslMode, type SslMode } from "./ssl-mode";

/** Where to connect and as whom. */
export interface ConnectionSettings {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined when none was given; see `completeSettings`. */
  readonly password?: string;
  readonly sslMode: SslMode;
  /** The CA's certificate or certificates, PEM. */
  readonly caCertificate?: string;
}

/** What {@link connectionSettings} is made from. */
export interface ConnectionParts {
  readonly host: string;
  /** Defaults to 5432. */
  readonly port?: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Defaults to `disable` on loopback, elsewhere to `require`. */
  readonly sslMode?: string;
  readonly caCertificate?: string;
}

/**
 * Makes connection settings from their parts.
 *
 * @throws {UserError} with every part that cannot be used
 */
export function connectionSettings(parts: ConnectionParts): ConnectionSettings {
  const problems: Problem[] = [];
  const host = parts.host.replace(/^\[(.*)\]$/, "$1");
  if (host === "") problems.push({ what: "is missing", object: "host", fix: "name the server's host" });
  else if (host.includes("/"))
    problems.push({ what: "is a socket directory; only TCP is spoken", object: "host", current: host });
  else if (host.includes(","))
    problems.push({ what: "names several hosts", object: "host", current: host, fix: "name the primary" });
  else if (host.includes(":") && !isIPv6(host))
    problems.push({ what: "is neither a host name nor an address", object: "host", current: host });
  const port = parts.port ?? 5432;
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    problems.push({ what: "is not a port", object: "port", current: String(port), needed: "1 to 65535" });
  if (parts.database === "")
    problems.push({ what: "is missing", object: "database", fix: "name the database" });
  if (parts.user === "")
    problems.push({ what: "is missing", object: "user", fix: "name the role to log in as" });
  for (const part of ["host", "database", "user", "password"] as const)
    if (parts[part]?.includes("\0")) problems.push({ what: "holds the character NUL", object: part });
  const sslMode = parts.sslMode === undefined ? defaultSslMode(host) : parseSslMode(parts.sslMode, "sslmode");
  if (typeof sslMode === "object") problems.push(sslMode);
  if (problems.length > 0 || typeof sslMode === "object")
    throw new UserError("The connection settings cannot be used", problems);
  return {
    host,
    port,
    database: parts.database,
    user: parts.user,
    sslMode,
    ...(parts.password === undefined ? {} : { password: parts.password }),
    ...(parts.caCertificate === undefined ? {} : { caCertificate: parts.caCertificate }),
  };
}
