import type { ConnectionOptions } from "node:tls";
import type { Problem } from "../errors";
import { isLoopback } from "../loopback";

/**
 * How a connection is encrypted and the server's certificate verified, with libpq's names and meanings.
 *
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export const SslMode = {
  /** Plain text. */
  Disable: "disable",
  /** Encrypted; the certificate is not verified, unless a CA certificate is given (then as `verify-ca`). */
  Require: "require",
  /** Encrypted; the certificate's chain is verified. */
  VerifyCa: "verify-ca",
  /** Encrypted; the certificate's chain and the host name are verified. */
  VerifyFull: "verify-full",
} as const;
export type SslMode = (typeof SslMode)[keyof typeof SslMode];

export const SSL_MODES = Object.values(SslMode);

/** The mode of this runner when none is given: `disable` on the loopback interface, elsewhere `require`. */
export function defaultSslMode(host: string): SslMode {
  return isLoopback(host) ? "disable" : "require";
}

/**
 * The mode that Ardent is given when none is set. A loopback address is only used by this runner, so it says nothing
 * about Ardent's connection: the mode is then undefined, and Ardent decides.
 */
export function ardentSslMode(host: string): SslMode | undefined {
  return isLoopback(host) ? undefined : defaultSslMode(host);
}

/**
 * Whether passwords and data are sent over a network as plain text. This includes private networks.
 *
 * @param connection.host - the host to connect to
 */
export function isCleartext({ host, sslMode }: { host: string; sslMode: SslMode }): boolean {
  return sslMode === "disable" && !isLoopback(host);
}

/**
 * Whether a connection over a network is encrypted, but the server is not verified.
 *
 * @param connection.caCertificate - with it `require` verifies the certificate's chain, as in libpq
 */
export function isUnverified({
  host,
  sslMode,
  caCertificate,
}: {
  readonly host: string;
  readonly sslMode: SslMode;
  readonly caCertificate?: string | undefined;
}): boolean {
  return sslMode === "require" && caCertificate === undefined && !isLoopback(host);
}

/**
 * Says why a plain-text connection is rejected; undefined if it is encrypted, or if plain text was confirmed.
 *
 * @param said.object - where the mode was set, such as `sslMode`
 * @param said.allowed - whether it was confirmed
 * @param said.consent - how to confirm it
 */
export function cleartextProblem(
  connection: { readonly host: string; readonly sslMode: SslMode },
  { object, allowed = false, consent = "allowCleartext: true" }: CleartextConsent,
): Problem | undefined {
  if (allowed || !isCleartext(connection)) return undefined;
  return {
    what: `\`disable\` sends everything to ${connection.host} as plain text: anyone on the network path can read and change the data and ask for the password`,
    object,
    current: connection.sslMode,
    needed: "require, verify-ca, verify-full",
    fix: `use one of these; only on a fully trusted network: confirm with ${consent}`,
  };
}

/** What the user set about plain text, and where. */
export interface CleartextConsent {
  readonly object: string;
  readonly allowed?: boolean | undefined;
  readonly consent?: string;
}

/**
 * Reads a mode, or says why it is invalid.
 *
 * @param value - the user's value
 * @param object - where it was set, such as `sslMode` or `sslmode`
 */
export function parseSslMode(value: string, object: string): SslMode | Problem {
  const mode = SSL_MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  const opportunistic = value === "prefer" || value === "allow";
  return {
    what: opportunistic
      ? `\`${value}\` falls back to plain text silently, and lib/pq, the library of Pulumi's postgresql provider, does not support it`
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
