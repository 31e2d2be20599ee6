import { type Problem, UserError } from "../errors";
import { type ConnectionSettings, connectionSettings } from "./connection-settings";

/** What a connection URL says. */
export interface ParsedUrl {
  readonly settings: ConnectionSettings;
  /** `sslrootcert`: the file that holds the CA's certificate. */
  readonly caCertificateFile?: string;
}

/** Parameters of libpq that change nothing about where we connect, as whom, and how safely. */
const IGNORED_PARAMETERS = new Set([
  "application_name",
  "channel_binding",
  "client_encoding",
  "connect_timeout",
  "fallback_application_name",
  "gssencmode",
  "keepalives",
  "keepalives_count",
  "keepalives_idle",
  "keepalives_interval",
  "target_session_attrs",
  "tcp_user_timeout",
]);

/** What is said instead of the URL itself, which may hold a password. */
const ESCAPING =
  "write it as postgres://user:password@host:5432/database, with special characters in the user, password and database percent-encoded (/ is %2F, @ is %40, # is %23, ? is %3F, % is %25)";

/**
 * Reads a connection URL: `postgres://` or `postgresql://`, percent-encoding, IPv6 in brackets, and the parameters
 * `sslmode` and `sslrootcert`.
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
        what: "holds a % that begins no percent-encoded character",
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
  const { sslMode, caCertificateFile } = readParameters(url.searchParams, problems);
  try {
    const settings = connectionSettings({ ...parts, ...(sslMode === undefined ? {} : { sslMode }) });
    if (problems.length === 0)
      return { settings, ...(caCertificateFile === undefined ? {} : { caCertificateFile }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
  }
  throw new UserError("The connection URL cannot be used", problems);
}

function readParameters(parameters: URLSearchParams, problems: Problem[]) {
  let sslMode: string | undefined;
  let caCertificateFile: string | undefined;
  for (const [name, value] of parameters) {
    if (name === "sslmode") sslMode = value;
    // "system" means the CAs that the system trusts; without a file those that Node trusts are used.
    else if (name === "sslrootcert") caCertificateFile = value === "system" ? undefined : value;
    // libpq reads JDBC's ssl=true as sslmode=require.
    else if (name === "ssl" && value === "true") sslMode ??= "require";
    else if (!IGNORED_PARAMETERS.has(name))
      problems.push({
        what: "is a parameter that is not supported",
        object: name,
        needed: "sslmode, sslrootcert",
        fix: "leave it out of the URL",
      });
  }
  return { sslMode, caCertificateFile };
}

function readUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    // A password with an unescaped /, ? or # ends up in the path, the query or the fragment, and must not be shown.
    const misread = url.hash !== "" || /[/@]/.test(url.pathname.slice(1)) || url.search.includes("@");
    return misread ? undefined : url;
  } catch {
    // Not passed on as a cause: Node's error holds the whole URL.
    return undefined;
  }
}

function unreadable(what: string): UserError {
  return new UserError("The connection URL cannot be used", [{ what, object: "URL", fix: ESCAPING }]);
}
