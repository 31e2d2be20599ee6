import { connectionProblem } from "../../postgres/connection-problem";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session, type SessionOptions } from "../../postgres/session";
import { networkCode, SqlState, sqlState } from "../../postgres/sqlstate";
import { type LoginAttempt, type SessionSettings, sessionSettingsSchema } from "../facts/connection";
import type { Evidence } from "../facts/evidence";
import { SESSION_SETTING_NAMES, type SessionSettingName } from "../facts/setting-names";

/** An attempted login, with the session if it was accepted. */
export interface OpenedSession {
  readonly attempt: Evidence<LoginAttempt>;
  readonly session?: Session;
}

/**
 * Logs in and returns the result; the session stays open.
 *
 * @throws the signal's reason when it is aborted, and errors that come from neither Postgres nor the network
 */
export async function logIn(settings: ConnectionSettings, options: SessionOptions): Promise<OpenedSession> {
  try {
    const session = await openSession(settings, options);
    const { direct } = session;
    const accepted = { outcome: "accepted", user: settings.user, direct } as const;
    return {
      session,
      attempt: {
        kind: "read",
        value: direct ? accepted : { ...accepted, behind: addressOf(session) },
      },
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { attempt: attemptOf(settings, error) };
  }
}

/**
 * Logs in, calls a function with the session, and logs out.
 *
 * @param use - does what a session of this kind must be able to do, and returns the facts of the login
 * @throws as {@link logIn}
 */
export async function tryLogin(
  settings: ConnectionSettings,
  options: SessionOptions,
  use: (opened: OpenedSession) => Promise<Evidence<LoginAttempt>>,
): Promise<Evidence<LoginAttempt>> {
  const opened = await logIn(settings, options);
  const { attempt, session } = opened;
  if (session === undefined) return attempt;
  try {
    return await use(opened);
  } catch (error) {
    options.signal?.throwIfAborted();
    return attemptOf(settings, error);
  } finally {
    await session.close();
  }
}

/**
 * Adds to an accepted login the current user of its session, because settings can change it, and the session's settings.
 *
 * @throws the server's error
 */
export async function withSessionState({ attempt, session }: OpenedSession): Promise<Evidence<LoginAttempt>> {
  if (session === undefined || attempt.kind !== "read" || attempt.value.outcome !== "accepted")
    return attempt;
  const [[row], settings] = await Promise.all([
    session.query<{ user: string }>('SELECT current_user::text AS "user"'),
    // A pooler's session may be older than the current settings.
    session.direct ? readSettings(session) : undefined,
  ]);
  if (row === undefined) return attempt;
  const value = { ...attempt.value, currentUser: row.user };
  return { kind: "read", value: settings === undefined ? value : { ...value, settings } };
}

/** Undefined if the role is not allowed to read them, which by default every role is. */
async function readSettings(session: Session): Promise<SessionSettings | undefined> {
  try {
    const rows = await session.query<{ name: string; value: string }>(SETTINGS, [
      SESSION_SETTING_NAMES,
      SET_BY_US,
    ]);
    return sessionSettingsSchema.safeParse(Object.fromEntries(rows.map(({ name, value }) => [name, value])))
      .data;
  } catch (error) {
    if (sqlState(error) === SqlState.insufficientPrivilege) return undefined;
    throw error;
  }
}

const SETTINGS = `
  SELECT name, CASE WHEN name = ANY ($2) THEN reset_val ELSE setting END AS value
    FROM pg_settings WHERE name = ANY ($1)`;

/** The settings that each of our sessions sets for itself. */
const SET_BY_US: readonly SessionSettingName[] = [
  "default_transaction_read_only",
  "lock_timeout",
  "statement_timeout",
  "transaction_timeout",
];

/** Where a pooler reaches the server. */
function addressOf({ serverAddress: address, serverPort: port }: Session): string {
  if (address === null) return `port ${port} of the pooler's own machine`;
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** A rejection by the server is a known result; if it cannot be reached, or is starting or stopping, it is unknown. */
function attemptOf(settings: ConnectionSettings, error: unknown): Evidence<LoginAttempt> {
  const { user } = settings;
  const code = sqlState(error) ?? networkCode(error);
  const problem = connectionProblem(error, settings);
  if (code === undefined || problem === undefined) throw error;
  if (UNREACHABLE.has(code)) {
    const { object, what, fix } = problem;
    return {
      kind: "unknown",
      reason: [`${object}: ${what}`, ...(fix === undefined ? [] : [fix])].join("; "),
    };
  }
  return { kind: "read", value: { outcome: "refused", user, code, problem } };
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  // A proxy whose server is down closes the connection without an error.
  "PROTOCOL",
  "TIMEOUT",
  "TOO_MUCH_DATA",
  SqlState.adminShutdown,
  SqlState.crashShutdown,
  SqlState.cannotConnectNow,
]);
