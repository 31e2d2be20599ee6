/**
 * Failures to connect that neither the server nor Node has a code for.
 *
 * - `TIMEOUT`: no session, or no answer to a query, within the time given
 * - `TLS_REFUSED`: the server does not support TLS
 * - `PASSWORD_MISSING`: the server asks for a password and there is none
 * - `CLEARTEXT_PASSWORD`: the server asks for the password in clear text, and it is not verified (see `guardLogin`)
 * - `CHANNEL_BINDING`: it is required, but the server does not use it for the login
 * - `POOLER`: a connection pooler responds, but the server itself is needed
 * - `SCRAM_ITERATIONS`: the server asks for more than 100,000 iterations of SCRAM
 * - `TOO_MUCH_DATA`: the server sent more than `limitTraffic` allows
 * - `PROTOCOL`: the connection was closed, or what answers does not speak Postgres' protocol
 */
export type ConnectionCode =
  | "TIMEOUT"
  | "TLS_REFUSED"
  | "PASSWORD_MISSING"
  | "CLEARTEXT_PASSWORD"
  | "CHANNEL_BINDING"
  | "POOLER"
  | "SCRAM_ITERATIONS"
  | "TOO_MUCH_DATA"
  | "PROTOCOL";

/** A failure to connect, with a `code` like Node's errors (see `networkCode`). */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";

  constructor(
    readonly code: ConnectionCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
