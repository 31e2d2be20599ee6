import type { Problem } from "../errors";
import type { ConnectionSettings } from "./connection-settings";
import { networkCode, SqlState, sqlState } from "./sqlstate";

/** Where a connection was going. */
type Target = Pick<ConnectionSettings, "host" | "port" | "database" | "user" | "sslMode">;

/**
 * Says what is wrong when a session could not be opened, by SQLSTATE or error code alone.
 *
 * @returns undefined for an error that is not about connecting: a bug, ours or a library's
 */
export function connectionProblem(error: unknown, target: Target): Problem | undefined {
  const state = sqlState(error);
  if (state !== undefined) return refusal(state, target, quotedMessage(error));
  const code = networkCode(error);
  return code === undefined ? undefined : networkProblem(code, target);
}

function refusal(state: string, { host, port, database, user }: Target, message: string): Problem {
  const object = `${host}:${port}`;
  switch (state) {
    case SqlState.invalidPassword:
      return {
        what: `password authentication failed for role "${user}"`,
        object,
        fix: `check the role's password; if it is correct, its stored format may not match pg_hba.conf: set it again with password_encryption = 'scram-sha-256'`,
      };
    case SqlState.invalidAuthorizationSpecification:
      return {
        what: `the server rejects role "${user}" for database "${database}" from this address`,
        object,
        current: message,
        fix: "check that the role exists and may log in, and that pg_hba.conf has a line for this role, database and client address; then SELECT pg_catalog.pg_reload_conf();",
      };
    case SqlState.invalidCatalogName:
      return { what: `the server has no database "${database}"`, object, fix: "check the database's name" };
    case SqlState.insufficientPrivilege:
      return {
        what: `role "${user}" may not connect to database "${database}"`,
        object,
        current: message,
        fix: "grant CONNECT on the database to the role",
      };
    case SqlState.tooManyConnections:
      return {
        what: "the server has no free connection",
        object,
        current: message,
        fix: "close idle connections, or raise max_connections or the connection limit of the role or database",
      };
    case SqlState.objectNotInPrerequisiteState:
      return {
        what: `database "${database}" accepts no connections`,
        object,
        current: message,
        fix: "connect to another database and run SELECT datallowconn, datconnlimit FROM pg_catalog.pg_database. If datallowconn is false, run ALTER DATABASE … ALLOW_CONNECTIONS true; if datconnlimit is -2, a DROP DATABASE was interrupted: the database can only be dropped and restored from a backup",
      };
    case SqlState.cannotConnectNow:
      return {
        what: "the server accepts no connections now: it is starting, stopping, or a standby with hot_standby = off",
        object,
        current: message,
        fix: "try again; if it is a standby, give the address of the primary",
      };
    default:
      return { what: `the server rejected the connection (SQLSTATE ${state})`, object, current: message };
  }
}

function networkProblem(code: string, { host, port, sslMode }: Target): Problem {
  const object = `${host}:${port}`;
  switch (code) {
    case "ENOTFOUND":
      return { what: "the host name does not exist", object: host, fix: "check the host name" };
    case "EAI_AGAIN":
      return { what: "the host name could not be resolved", object: host, fix: "check DNS and try again" };
    case "ECONNREFUSED":
      return {
        what: "nothing accepts connections there",
        object,
        fix: "check the port, that Postgres runs, and that listen_addresses includes this address",
      };
    case "TIMEOUT":
    case "ETIMEDOUT":
      return {
        what: "the connection timed out",
        object,
        fix: "check that firewalls and security groups allow this machine",
      };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return {
        what: "there is no route to the host",
        object,
        fix: "check the network between this machine and the server",
      };
    case "ECONNRESET":
    case "EPIPE":
      return {
        what: "the connection was closed",
        object,
        fix: "check firewalls and proxies on the way, and the server's log",
      };
    case "PASSWORD_MISSING":
      return {
        what: "the server requires a password, but none was given",
        object,
        fix: "set the password; the command line reads it from PGPASSWORD or ~/.pgpass",
      };
    case "CLEARTEXT_PASSWORD":
      return {
        what: "the server asks for the password in clear text, which anyone on the network path could read",
        object,
        current: `sslmode ${sslMode}`,
        needed: "scram-sha-256 or md5, or sslmode verify-full",
        fix: "use scram-sha-256 in the matching line of pg_hba.conf; if LDAP, PAM or RADIUS checks the password, connect with sslmode verify-full and the CA's certificate",
      };
    case "CHANNEL_BINDING":
      return {
        what: "the server did not use channel binding, which channel_binding=require demands",
        object,
        needed: "SCRAM-SHA-256-PLUS over TLS",
        fix: "use scram-sha-256 in a hostssl line of pg_hba.conf, store the password with password_encryption = 'scram-sha-256', and connect to the server itself, not to a proxy that terminates TLS; or leave out channel_binding",
      };
    case "POOLER":
      return {
        what: "the connection goes through a connection pooler",
        object,
        needed: "a direct connection",
        fix: "give the host and port of Postgres itself, not those of PgBouncer, RDS Proxy or a similar pooler",
      };
    case "SCRAM_ITERATIONS":
      return {
        what: "the server asks for more than 100,000 SCRAM iterations, which would take too long",
        object,
        needed: "at most 100,000",
        fix: "check that it is your server; if it is, lower its scram_iterations and set the password again",
      };
    case "TOO_MUCH_DATA":
      return {
        what: "the server sent more data than any login or query here needs",
        object,
        fix: "check that it is your server, and the server's log",
      };
    case "PROTOCOL":
      return {
        what: "what listens there is not a Postgres server, or closed the connection",
        object,
        fix: "check host and port, and the server's log",
      };
    case "TLS_REFUSED":
      return {
        what: "the server does not support TLS",
        object,
        current: `sslmode ${sslMode}`,
        fix: "set ssl = on with a certificate on the server and reload it; only on a fully trusted network, use sslmode disable and confirm cleartext",
      };
    default:
      return (
        certificateProblem(code, host, object, sslMode) ?? { what: `the connection failed (${code})`, object }
      );
  }
}

/** @see https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
function certificateProblem(
  code: string,
  host: string,
  object: string,
  sslMode: string,
): Problem | undefined {
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return {
        what: "the server's certificate comes from a CA that is not trusted",
        object,
        current: `sslmode ${sslMode}`,
        fix: "set the CA's certificate (caCertificate, or sslrootcert in a URL)",
      };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        what: `the server's certificate is not for the host name "${host}"`,
        object,
        current: `sslmode ${sslMode}`,
        fix: "connect with a host name that the certificate lists, or use sslmode verify-ca",
      };
    case "CERT_HAS_EXPIRED":
      return { what: "the server's certificate has expired", object, fix: "renew it and reload the server" };
    case "CERT_NOT_YET_VALID":
      return {
        what: "the server's certificate is not valid yet",
        object,
        fix: "check the clocks of both machines and the certificate's dates",
      };
    default:
      return undefined;
  }
}

/** The server's message is quoted, so that readers do not take it for ours. */
function quotedMessage(error: unknown): string {
  return `the server says "${error instanceof Error ? error.message : ""}"`;
}
