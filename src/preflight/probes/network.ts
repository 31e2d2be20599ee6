import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { Read } from "../facts";
import type { Ipv4Lookup } from "../facts/connection";

/** What happened when a server was asked for TLS. */
export interface Knock {
  /** The system's error code when no connection was made. */
  readonly errorCode?: string;
  /** Whether TLS was offered; undefined when what answered is no Postgres. */
  readonly tls?: boolean;
}

/** The message a client begins with to ask for TLS: its length, and the code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Looks a host up as a connection would (hosts file, DNS).
 *
 * @param host - a name or an address
 */
export async function lookUpIpv4(host: string): Promise<Read<Ipv4Lookup>> {
  try {
    const found = await lookup(host, { all: true });
    return {
      kind: "read",
      value: {
        addresses: found.filter(({ family }) => family === 4).map(({ address }) => address),
        ipv6: found.some(({ family }) => family === 6),
      },
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND") return { kind: "read", value: { addresses: [], ipv6: false } };
    return { kind: "unknown", reason: `${host} could not be looked up: ${code}` };
  }
}

/**
 * Opens a TCP connection, asks for TLS, and hangs up.
 *
 * @param timeoutMs - for the connection and for the answer
 * @throws the signal's reason when it is aborted
 */
export async function knock(
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Knock> {
  signal?.throwIfAborted();
  const socket = connect({ host, port, ...(signal === undefined ? {} : { signal }) });
  socket.setTimeout(timeoutMs);
  try {
    return await new Promise<Knock>((resolve) => {
      let connected = false;
      socket.once("connect", () => {
        connected = true;
        socket.write(SSL_REQUEST);
      });
      socket.once("data", ([answer]) =>
        resolve(answer === 0x53 || answer === 0x4e ? { tls: answer === 0x53 } : {}),
      );
      const give = (errorCode: string) => resolve(connected ? {} : { errorCode });
      socket.once("timeout", () => give("ETIMEDOUT"));
      socket.once("close", () => give("ECONNRESET"));
      socket.on("error", (error: NodeJS.ErrnoException) => give(error.code ?? error.name));
    });
  } finally {
    signal?.throwIfAborted();
    socket.destroy();
  }
}
