import { isIP, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "pg";
import type { ConnectionSettings } from "./connection-settings";
import type { PendingQueries } from "./pending-queries";
import { pgSslOption } from "./ssl-mode";

/** The key that a server sends at login, and requires of a cancel request; null if it sent none. */
export interface CancelKey {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** How long the whole request may take. */
const CANCEL_TIMEOUT_MS = 2_000;

/** How long a canceled statement may take to end before it is canceled again: it may just have begun. */
const ANSWER_TIMEOUT_MS = 200;

/**
 * Cancels the unanswered statements of a session. A busy server does not notice that its client no longer waits. Each
 * request cancels one statement, and in a pipeline the server then continues with the next.
 *
 * @param address - the session's server: behind one name there may be several
 * @returns once all is answered, or after two seconds; never fails
 */
export async function cancelAll(
  unanswered: PendingQueries,
  settings: ConnectionSettings,
  address: string,
  { processID, secretKey }: CancelKey,
): Promise<void> {
  if (processID === null || secretKey === null) return;
  const end = Date.now() + CANCEL_TIMEOUT_MS;
  for (let left = CANCEL_TIMEOUT_MS; unanswered.count() > 0 && left > 0; left = end - Date.now()) {
    const answer = unanswered.next();
    await requestCancel(settings, address, { processID, secretKey }, left);
    await Promise.race([answer, sleep(ANSWER_TIMEOUT_MS)]);
  }
}

/** The part of pg's connection that its types leave out. */
type Wire = Connection & {
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
};

/**
 * Asks the server to cancel the running statement of a session. This uses a separate connection without a login, which is
 * encrypted like the session, because anyone who reads the key can cancel too.
 *
 * @returns once the server has told the process, or the time is up; never fails
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
async function requestCancel(
  { host, port, sslMode, caCertificate }: ConnectionSettings,
  address: string,
  { processID, secretKey }: { readonly processID: number; readonly secretKey: number },
  timeoutMs: number,
): Promise<void> {
  const ssl = pgSslOption(sslMode, caCertificate);
  const socket = new Socket();
  const wire = new Connection({
    // The certificate is for the name, and the connection goes to the address.
    ssl: ssl && { ...ssl, host, ...(isIP(host) === 0 ? { servername: host } : {}) },
    stream: () => socket,
  }) as Wire;
  const timeout = setTimeout(() => socket.destroy(), timeoutMs);
  const send = () => wire.cancel(processID, secretKey);
  wire.on("connect", () => (ssl ? wire.requestSsl() : send()));
  wire.on("sslconnect", send);
  // If the server cannot be reached, its own timeouts still apply.
  wire.on("error", () => socket.destroy());
  // The server sends no reply, and closes the connection after it has signaled the process.
  await new Promise<void>((resolve) => {
    wire.once("end", resolve);
    wire.connect(port, address);
  });
  clearTimeout(timeout);
}
