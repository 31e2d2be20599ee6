import { isIPv6 } from "node:net";
import { type Problem, UserError } from "../errors";
import {
  type CleartextConsent,
  cleartextProblem,
  defaultSslMode,
  parseSslMode,
  type SslMode,
} from "./ssl-mode";

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
  /** Whether the login must be bound to the TLS connection (SCRAM-SHA-256-PLUS); undefined if not. */
  readonly channelBinding?: "require";
  /** The CA's certificate or certificates, PEM. */
  readonly caCertificate?: string;
}

/** Where to connect and as whom, as a user gives it. */
export interface ConnectionParts {
  /** A name or an address. */
  readonly host: string;
  /** @default 5432 */
  readonly port?: number;
  /** The database's name. */
  readonly database: string;
  /** The role to log in as. */
  readonly user: string;
  /** Its password, in the clear. */
  readonly password?: string;
  /**
   * `disable`, `require`, `verify-ca` or `verify-full`, with libpq's meanings.
   * @default "require"; "disable" on a loopback address
   */
  readonly sslMode?: string;
  /** Set if the login must be bound to the TLS connection; only SCRAM-SHA-256-PLUS does that. */
  readonly channelBinding?: "require";
  /** The certificate of the authority that signed the server's, PEM. */
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
  const urlInstead = hostProblem(host);
  if (host === "") problems.push({ what: "is missing", object: "host", fix: "name the server's host" });
  else if (urlInstead !== undefined) problems.push(urlInstead);
  else if (host.includes("/"))
    problems.push({
      what: "is a Unix socket directory; only TCP is supported",
      object: "host",
      current: host,
    });
  else if (host.includes(","))
    problems.push({ what: "lists several hosts", object: "host", current: host, fix: "name the primary" });
  else if (host.includes(":") && !isIPv6(host))
    problems.push({ what: "is not a host name or address", object: "host", current: host });
  const port = parts.port ?? 5432;
  if (!isPort(port))
    problems.push({ what: "is not a port", object: "port", current: String(port), needed: "1 to 65535" });
  if (parts.database === "")
    problems.push({ what: "is missing", object: "database", fix: "name the database" });
  if (parts.user === "")
    problems.push({ what: "is missing", object: "user", fix: "name the role to log in as" });
  for (const part of ["host", "database", "user", "password"] as const)
    if (parts[part]?.includes("\0")) problems.push({ what: "contains a NUL character", object: part });
  const sslMode = parts.sslMode === undefined ? defaultSslMode(host) : parseSslMode(parts.sslMode, "sslmode");
  if (typeof sslMode === "object") problems.push(sslMode);
  if (parts.channelBinding !== undefined && sslMode === "disable")
    problems.push({
      what: "needs a TLS connection, which sslmode disable turns off",
      object: "channel_binding",
      current: "require, with sslmode disable",
      fix: "use sslmode=verify-full or sslmode=require",
    });
  if (problems.length > 0 || typeof sslMode === "object")
    throw new UserError("The connection settings are invalid", problems);
  return {
    host,
    port,
    database: parts.database,
    user: parts.user,
    sslMode,
    ...(parts.password === undefined ? {} : { password: parts.password }),
    ...(parts.channelBinding === undefined ? {} : { channelBinding: parts.channelBinding }),
    ...(parts.caCertificate === undefined ? {} : { caCertificate: parts.caCertificate }),
  };
}

/** Whether a number is a TCP port to connect to. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/**
 * Characters that no host has, and that would change a URL that contains it: its database, user or sslmode. A socket
 * directory begins with a slash.
 */
const NOT_OF_A_HOST = /[?#@\\\s\p{C}]|^[^/].*\//u;

/**
 * Says that the host is a URL or a part of one. The value is not quoted, because it may contain a password.
 */
export function hostProblem(host: string): Problem | undefined {
  const isUrl = host.includes("://");
  if (!isUrl && !NOT_OF_A_HOST.test(host)) return undefined;
  return {
    what: isUrl ? "is a URL; only a host name is allowed" : "is not a host name or address",
    object: "host",
    fix: "set host, port, database, user and password separately",
  };
}

/**
 * Returns the settings, unless they would send passwords and data over a network as plain text and this was not
 * confirmed.
 *
 * @throws {UserError} that says how to confirm it
 */
export function refuseCleartext(
  settings: ConnectionSettings,
  consent: Omit<CleartextConsent, "object">,
): ConnectionSettings {
  const problem = cleartextProblem(settings, { object: "sslmode", ...consent });
  if (problem === undefined) return settings;
  throw new UserError("The connection settings are invalid", [problem]);
}
