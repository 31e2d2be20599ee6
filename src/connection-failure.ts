const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the DNS server does not respond",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed",
  EPIPE: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN:
    "a certificate of its chain is self-signed (set NODE_EXTRA_CA_CERTS to trust it)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by a known authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/**
 * Says in words why `fetch` got no response: what the system or TLS reports.
 *
 * @param error - as thrown by `fetch`, or while a body arrives
 */
export function describeConnectionFailure(error: unknown): string {
  const code = codeIn(error);
  if (code === undefined) return "the connection was closed";
  const meaning = CONNECTION_ERRORS[code];
  return meaning === undefined ? code : `${meaning} (${code})`;
}

/** fetch hides the code of the system or of TLS one or two causes down. */
function codeIn(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error instanceof AggregateError) return codeIn(error.errors[0]);
  return "cause" in error ? codeIn(error.cause) : undefined;
}
