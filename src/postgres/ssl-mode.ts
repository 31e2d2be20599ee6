import type { ConnectionOptions } from "node:tls";
import ipaddr from "ipaddr.js";
import type { Problem } from "../errors";

/**
 * How a connection is encrypted and the server's certificate verified, in libpq's names with libpq's meanings:
 *
 * - `disable`: plain text
 * - `require`: encrypted; the certificate is not verified, unless a CA certificate is given (then as `verify-ca`)
 * - `verify-ca`: encrypted; the certificate's chain is verified
 * - `verify-full`: encrypted; the chain and the host name are verified
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export type SslMode = (typeof SSL_MODES)[number];
export const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;

/** The mode when none is given: `disable` on the loopback interface, elsewhere `require`. */
export function defaultSslMode(host: string): SslMode {
  return isLoopback(host) ? "disable" : "require";
}

/**
 * Reads a mode, or says why it cannot be used.
 *
 * @param value - what the user wrote
 * @param object - where they wrote it, such as `sslMode` or `sslmode`
 */
export function parseSslMode(value: string, object: string): SslMode | Problem {
  const mode = SSL_MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  const opportunistic = value === "prefer" || value === "allow";
  return {
    what: opportunistic
      ? `\`${value}\` falls back to plain text without saying so, and lib/pq, the library of Pulumi's postgresql provider, does not know it`
      : "is not an SSL mode",
    object,
    current: value,
    needed: SSL_MODES.join(", "),
    fix: opportunistic ? "use `require`, or `disable` if the server has no TLS" : "use one of these",
  };
}

/**
 * The `ssl` option of pg for a mode. pg's own reading of the modes differs: its `require` verifies.
 *
 * @param caCertificate - the CA's certificate or certificates, PEM; without it `verify-ca` and `verify-full` trust
 *   the public CAs that come with Node
 */
export function pgSslOption(mode: SslMode, caCertificate?: string): false | ConnectionOptions {
  if (mode === "disable") return false;
  const ca = caCertificate === undefined ? {} : { ca: caCertificate };
  if (mode === "verify-full") return { rejectUnauthorized: true, ...ca };
  if (mode === "require" && caCertificate === undefined) return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, checkServerIdentity: () => undefined, ...ca };
}

/** Whether a host is the machine itself. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || (ipaddr.isValid(host) && ipaddr.parse(host).range() === "loopback");
}
