import { type Problem, UserError } from "../errors";
import { type ConnectionSettings, connectionSettings } from "./connection-settings";

/** What a connection URL says. */
export interface ParsedUrl {
  readonly settings: ConnectionSettings;
  /** `sslrootcert`: the file that holds the CA's certificate. */
  readonly caCertificateFile?: string;
}

/**
 * Parameters of libpq that do not change the server, the user or the security of a connection. Every other one that is
 * not read below is rejected: if it were ignored, users would believe that it has an effect.
 *
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 */
const IGNORED_PARAMETERS = new Set([
  "application_name",
  "client_encoding",
  "connect_timeout",
  "fallback_application_name",
  "keepalives",
  "keepalives_count",
  "keepalives_idle",
  "keepalives_interval",
  "target_session_attrs",
  "tcp_user_timeout",
]);

/** Shown instead of the URL itself, which may contain a password. */
const ESCAPING =
  "write it as postgres://user:password@host:5432/database, with special characters in the user, password and database percent-encoded (/ is %2F, @ is %40, # is %23, ? is %3F, % is %25)";

/**
 * Reads a connection URL: `postgres://` or `postgresql://`, percent-encoding, IPv6 in brackets, and the parameters
 * `sslmode`, `sslrootcert` and `channel_binding`.
 *
 * @throws {UserError} with every problem found; none of them quotes the password
 */
export function parseConnectionUrl(text: string): ParsedUrl {
  if (!/^postgres(ql)?:\/\//i.test(text))
    throw unreadable("does not start with postgres:// or postgresql://");
  const url = readUrl(text);
  if (url === undefined) throw unreadable("cannot be read");
  const problems: Problem[] = [];
  const decode = (part: string, object: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      problems.push({
        what: "contains a % that does not begin a percent-encoded character",
        object,
        fix: "write % as %25",
      });
      return "?";
    }
  };
  const parts = {
    host: decode(url.hostname, "host"),
    database: decode(url.pathname.slice(1), "database"),
    user: decode(url.username, "user"),
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(url.password === "" ? {} : { password: decode(url.password, "password") }),
  };
  const { sslMode, caCertificateFile, channelBinding } = readParameters(url.searchParams, problems);
  try {
    const settings = connectionSettings({
      ...parts,
      ...(sslMode === undefined ? {} : { sslMode }),
      ...(channelBinding === undefined ? {} : { channelBinding }),
    });
    if (problems.length === 0)
      return { settings, ...(caCertificateFile === undefined ? {} : { caCertificateFile }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
  }
  throw new UserError("The connection URL is invalid", problems);
}

function readParameters(parameters: URLSearchParams, problems: Problem[]) {
  let sslMode: string | undefined;
  let rootCertificate: string | undefined;
  let channelBinding: "require" | undefined;
  for (const [name, value] of parameters) {
    if (name === "sslmode") sslMode = value;
    else if (name === "sslrootcert") rootCertificate = value;
    // libpq reads JDBC's ssl=true as sslmode=require.
    else if (name === "ssl" && value === "true") sslMode ??= "require";
    else if (name === "channel_binding" && value === "require") channelBinding = "require";
    else if (name === "channel_binding" && (value === "prefer" || value === "disable"))
      channelBinding = undefined;
    else if (name === "gssencmode" && (value === "prefer" || value === "disable")) continue;
    else if (!IGNORED_PARAMETERS.has(name)) problems.push(unsupported(name, value));
  }
  // A given authority means that the certificate must be verified. libpq accepts "system", the public authorities,
  // only with verify-full.
  if (rootCertificate === "system" && sslMode !== undefined && sslMode !== "verify-full")
    problems.push({
      what: "anyone can get a certificate from a public authority, so it proves nothing unless the host name is checked",
      object: "sslmode",
      current: `${sslMode} with sslrootcert=system`,
      needed: "verify-full",
      fix: "use sslmode=verify-full",
    });
  if (rootCertificate !== undefined) sslMode ??= rootCertificate === "system" ? "verify-full" : "verify-ca";
  return {
    sslMode,
    channelBinding,
    ...(rootCertificate === undefined || rootCertificate === "system"
      ? {}
      : { caCertificateFile: rootCertificate }),
  };
}

function unsupported(name: string, value: string): Problem {
  if (name === "gssencmode")
    return {
      what: "GSSAPI encryption is not supported",
      object: name,
      ...(value === "require" ? { current: value } : {}),
      needed: "disable, prefer",
      fix: "leave it out of the URL, and use sslmode=verify-full",
    };
  return {
    what: "is a parameter that is not supported",
    object: name,
    needed: "sslmode, sslrootcert, channel_binding (disable, prefer, require)",
    fix: "leave it out of the URL",
  };
}

function readUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    // A password with an unescaped /, ? or # ends up in the path, the query or the fragment, and must not be shown.
    const misread = url.hash !== "" || /[/@]/.test(url.pathname.slice(1)) || url.search.includes("@");
    return misread ? undefined : url;
  } catch {
    // Not set as the cause, because Node's error contains the whole URL.
    return undefined;
  }
}

function unreadable(what: string): UserError {
  return new UserError("The connection URL is invalid", [{ what, object: "URL", fix: ESCAPING }]);
}
