import { UserError } from "../errors";
import { connectionProblem } from "./connection-problem";
import type { ConnectionSettings } from "./connection-settings";
import { openSession, type Session } from "./session";

/**
 * Opens a read-only session, calls a function with it and closes it.
 *
 * @param options.applicationName - shown in pg_stat_activity
 * @throws {UserError} when the database cannot be reached, or rejects the login
 */
export async function withReadingSession<T>(
  settings: ConnectionSettings,
  options: { readonly applicationName: string; readonly signal?: AbortSignal },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(settings, {
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 30_000,
    readOnly: true,
    ...options,
  }).catch((error: unknown) => {
    const problem = connectionProblem(error, settings);
    throw problem === undefined
      ? error
      : new UserError("The database cannot be read", [problem], { cause: error });
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
