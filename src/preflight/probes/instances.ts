import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session, type SessionOptions } from "../../postgres/session";

/** A server that answered behind the source's address. */
export interface Instance {
  /** When it was started, to the microsecond: no two servers have that in common. */
  readonly startedAt: string;
  /** A standby: pg_is_in_recovery(). */
  readonly standby: boolean;
  /** Its own address and port; undefined over a Unix-domain socket. */
  readonly address?: string;
}

/** How many sessions are opened beside the reader's: more than one, since a balancer may give two in a row to one server. */
const FURTHER_SESSIONS = 2;

/**
 * Reads which servers answer behind one address: that of a session that is open, and those of further sessions.
 *
 * @returns each server once
 */
export async function readInstances(
  session: Session,
  settings: ConnectionSettings,
  options: SessionOptions,
): Promise<Instance[]> {
  const further = Array.from({ length: FURTHER_SESSIONS }, async () => {
    const other = await openSession(settings, options);
    try {
      return await instanceOf(other);
    } finally {
      await other.close();
    }
  });
  const instances = await Promise.all([instanceOf(session), ...further]);
  return [...new Map(instances.map((instance) => [instance.startedAt, instance])).values()];
}

async function instanceOf(session: Session): Promise<Instance> {
  const [row] = await session.query<{ startedAt: string; standby: boolean }>(
    `SELECT to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "startedAt",
            pg_is_in_recovery() AS standby`,
  );
  if (row === undefined) throw new Error("a SELECT without FROM returned no row");
  const { serverAddress: address, serverPort: port } = session;
  if (address === null) return row;
  return { ...row, address: `${address.includes(":") ? `[${address}]` : address}:${port}` };
}
