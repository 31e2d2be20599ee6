import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../facts/evidence";

/** The result of resolving the host name. */
export interface Ipv4Lookup {
  /** Empty when the name has none. */
  readonly addresses: readonly string[];
  /** Whether it has an IPv6 address instead; Ardent does not use those. */
  readonly ipv6: boolean;
}

/** The result of asking a server for TLS. */
export interface SslResponse {
  /** The system's error code when no connection was made. */
  readonly errorCode?: string;
  /** Whether TLS was offered; undefined if no Postgres responded. */
  readonly tls?: boolean;
}

/** The first message of a client that asks for TLS: its length, and the code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Resolves a host name as a connection would (hosts file, DNS).
 *
 * @param host - a name or an address
 * @param timeoutMs - the maximum time, even if the system's resolver waits for longer
 * @throws the signal's reason when it is aborted
 */
export async function lookUpIpv4(
  host: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Evidence<Ipv4Lookup>> {
  const unknown = (why: string) =>
    ({ kind: "unknown", reason: `${host} could not be resolved: ${why}` }) as const;
  try {
    const found = await Promise.race([
      lookup(host, { all: true }),
      sleep(timeoutMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }),
    ]);
    if (found === undefined) return unknown(`no response within ${timeoutMs / 1000} s`);
    return {
      kind: "read",
      value: {
        addresses: found.filter(({ family }) => family === 4).map(({ address }) => address),
        ipv6: found.some(({ family }) => family === 6),
      },
    };
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND") return { kind: "read", value: { addresses: [], ipv6: false } };
    return unknown(String(code));
  }
}

/**
 * Opens a TCP connection, asks for TLS, and closes it.
 *
 * @param timeoutMs - for resolving, connecting and the reply together
 * @throws the signal's reason when it is aborted
 */
export async function requestSsl(
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<SslResponse> {
  signal?.throwIfAborted();
  const socket = connect({ host, port, ...(signal === undefined ? {} : { signal }) });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SslResponse>((resolve) => {
      let connected = false;
      socket.once("connect", () => {
        connected = true;
        socket.write(SSL_REQUEST);
      });
      socket.once("data", ([answer]) =>
        resolve(answer === 0x53 || answer === 0x4e ? { tls: answer === 0x53 } : {}),
      );
      const give = (errorCode: string) => resolve(connected ? {} : { errorCode });
      // Not the socket's own timeout, which does not include resolving the name.
      timer = setTimeout(() => give("ETIMEDOUT"), timeoutMs);
      socket.once("close", () => give("ECONNRESET"));
      socket.on("error", (error: NodeJS.ErrnoException) => give(error.code ?? error.name));
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
    signal?.throwIfAborted();
  }
}
