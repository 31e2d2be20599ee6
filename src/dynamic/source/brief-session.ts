import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session } from "../../postgres/session";

/**
 * Opens a read-only session for one question about a source, calls a function with it and closes it. It waits for at most
 * 10 s to connect, and 10 s for each query.
 *
 * @throws the error of the connection or of the function
 */
export async function withBriefSession<T>(
  settings: ConnectionSettings,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(settings, {
    applicationName: "pulumi-ardent",
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 10_000,
    readOnly: true,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
