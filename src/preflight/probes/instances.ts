import { z } from "zod";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { quoteLiteral } from "../../postgres/identifiers";
import { openSession, type Session, type SessionOptions } from "../../postgres/session";
import { SqlState, sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";

/** The servers at the source's address. */
export interface Instances {
  /** The servers that were reached, each once. */
  readonly servers: readonly Server[];
  /** Whether a snapshot that one connection exported was known on the others; undefined if none was exported. */
  readonly shareSnapshot?: boolean;
}

/** A server that responded. */
export interface Server {
  /** When it was started, in microseconds, which identifies a server. */
  readonly startedAt: string;
  /** A standby: pg_is_in_recovery(). */
  readonly standby: boolean;
  /** Its own address and port; undefined over a Unix-domain socket. */
  readonly address?: string;
}

/**
 * Reads which servers respond at one address: that of an open session, and those of two more sessions, because a load
 * balancer can send two connections in a row to the same server.
 */
export function readInstances(
  session: Session,
  settings: ConnectionSettings,
  options: SessionOptions,
): Promise<Instances> {
  return withSession(settings, options, (exporter) =>
    withSession(settings, options, async (other) => {
      const answers = await Promise.all([session, exporter, other].map(serverOf));
      const servers = [...new Map(answers.map((server) => [server.startedAt, server])).values()];
      const snapshot = await exportSnapshot(exporter);
      if (snapshot === undefined) return { servers };
      const seen = await Promise.all([session, other].map((importer) => knowsSnapshot(importer, snapshot)));
      return { servers, shareSnapshot: !seen.includes(false) };
    }),
  );
}

async function withSession<T>(
  settings: ConnectionSettings,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(settings, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

async function serverOf(session: Session): Promise<Server> {
  const [row] = await session.query<{ startedAt: string; standby: boolean }>(
    `SELECT to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "startedAt",
            pg_is_in_recovery() AS standby`,
  );
  if (row === undefined) throw new Error("a SELECT without FROM returned no row");
  const { serverAddress: address, serverPort: port } = session;
  if (address === null) return row;
  return { ...row, address: `${address.includes(":") ? `[${address}]` : address}:${port}` };
}

// Through a pooler each statement is a separate transaction with default isolation: nothing is exported there.
const EXPORT = `
  SELECT pg_export_snapshot() AS id WHERE current_setting('transaction_isolation') = 'repeatable read'`;

/**
 * Exports a snapshot that exists as long as the session.
 *
 * @returns undefined if this user is not allowed to
 */
async function exportSnapshot(session: Session): Promise<string | undefined> {
  try {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const [row] = await session.query<{ id: string }>(EXPORT);
    return row?.id;
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    return undefined;
  }
}

/** As one query string: an implicit transaction, which ends when a statement in it fails. */
async function knowsSnapshot(session: Session, snapshot: string): Promise<boolean> {
  try {
    await session.query(
      `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`,
    );
    return true;
  } catch (error) {
    if (UNKNOWN_SNAPSHOT.has(sqlState(error) ?? "")) return false;
    throw error;
  }
}

/** The server has no such snapshot (the second code from 17 on), or its transaction has ended. */
const UNKNOWN_SNAPSHOT: ReadonlySet<string> = new Set([
  SqlState.invalidParameterValue,
  SqlState.undefinedObject,
  SqlState.objectNotInPrerequisiteState,
]);

/** What {@link readInstances} reads. */
export const instancesSchema = schemaOf<Instances>()(
  z.object({
    servers: z.array(
      z.object({ startedAt: z.string(), standby: z.boolean(), address: z.string().optional() }),
    ),
    shareSnapshot: z.boolean().optional(),
  }),
);
