import type { EventEmitter } from "node:events";
import { ConnectionError } from "./connection-error";
import type { ConnectionSettings } from "./connection-settings";
import { MAX_SCRAM_ITERATIONS } from "./scram";

/** Watches what a server asks for during the login. */
export interface LoginGuard {
  /**
   * Called before the password is given, and again before the first query.
   *
   * @throws {ConnectionError} if the server has asked for, or left out, something that we do not accept
   */
  check(): void;
}

/** The only mechanism that proves that the server at the other end of the TLS connection knows the password. */
const CHANNEL_BINDING_MECHANISM = "SCRAM-SHA-256-PLUS";

/**
 * Watches the authentication requests of a connection, before pg answers them:
 *
 * - A password is sent in clear text only with `verify-full`: in every other mode, an attacker on the network path could
 *   be asking for it.
 * - If channel binding is required, only SCRAM-SHA-256-PLUS is accepted, and the login fails if the server ends it
 *   without its part of the proof.
 * - SCRAM is computed once, with up to 100,000 iterations, because the server chooses their number.
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
    // Otherwise pg would compute all iterations again for each message.
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
