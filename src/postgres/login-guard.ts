import type { EventEmitter } from "node:events";
import { ConnectionError } from "./connection-error";
import type { ConnectionSettings } from "./connection-settings";
import { MAX_SCRAM_ITERATIONS } from "./scram";

/** What a server asks for at the login, watched. */
export interface LoginGuard {
  /**
   * Called before the password is given, and again before the first query.
   *
   * @throws {ConnectionError} where what the server has asked for, or left out, is not to be answered
   */
  check(): void;
}

/** The one mechanism that proves the server at the other end of the TLS connection to be the one that knows us. */
const CHANNEL_BINDING_MECHANISM = "SCRAM-SHA-256-PLUS";

/**
 * Watches the authentication requests of a connection, before pg answers them:
 *
 * - A password is sent in clear text under `verify-full` alone: in every other mode who sits on the path could be the
 *   one that asks for it.
 * - With channel binding required, nothing but SCRAM-SHA-256-PLUS is answered, and a login that the server ends
 *   without its half of that proof is none.
 * - SCRAM is computed for up to 100,000 iterations, and once: the server decides on their number.
 *
 * @param connection - pg's, which emits each request of the server; pg has to listen after this
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
 */
export function guardLogin(
  connection: EventEmitter,
  { sslMode, channelBinding }: Pick<ConnectionSettings, "sslMode" | "channelBinding">,
): LoginGuard {
  let refused: ConnectionError | undefined;
  let proven = false;
  const refuseUnbound = (asked: string) => {
    if (channelBinding !== "require" || proven) return;
    refused ??= new ConnectionError("CHANNEL_BINDING", `channel binding is required; the server ${asked}`);
  };
  connection.on("authenticationCleartextPassword", () => {
    refuseUnbound("asks for the password in clear text");
    if (sslMode !== "verify-full")
      refused ??= new ConnectionError("CLEARTEXT_PASSWORD", "the server asks for the password in clear text");
  });
  connection.on("authenticationMD5Password", () => refuseUnbound("asks for an md5 hash"));
  connection.on("authenticationSASL", ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
    if (!mechanisms.includes(CHANNEL_BINDING_MECHANISM))
      refuseUnbound(`does not offer ${CHANNEL_BINDING_MECHANISM}`);
  });
  let continued = false;
  connection.on("authenticationSASLContinue", (step: { data: string }) => {
    const iterations = Number(/,i=(\d+)$/.exec(step.data)?.[1]);
    if (iterations > MAX_SCRAM_ITERATIONS)
      refused ??= new ConnectionError(
        "SCRAM_ITERATIONS",
        `the server asks for ${iterations} iterations of SCRAM; at most ${MAX_SCRAM_ITERATIONS} are computed`,
      );
    // pg would compute all of them again for each.
    if (continued) refused ??= new ConnectionError("PROTOCOL", "the server continues SCRAM twice");
    continued = true;
    // Thrown into the reading of the message (see `limitTraffic`): pg computes once it has it.
    if (refused !== undefined) throw refused;
  });
  // pg verifies the server's signature when this comes, and fails the login if it is wrong; a server that leaves it
  // out has proven nothing.
  connection.on("authenticationSASLFinal", () => (proven = true));
  connection.on("authenticationOk", () => refuseUnbound("accepted the login without it"));
  return {
    check() {
      if (refused !== undefined) throw refused;
    },
  };
}
