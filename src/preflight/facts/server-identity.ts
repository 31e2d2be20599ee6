import { z } from "zod";
import type { Session } from "../../postgres/session";
import { schemaOf } from "../../schema-of";

/** Identifies the cluster and its timeline; a restart does not change it. */
export interface ServerIdentity {
  /** Created by initdb: after pg_upgrade, or a dump into another cluster, it differs; a copy of the files has the same. */
  readonly systemIdentifier: string;
  /** Counts up when a standby is promoted and when a backup is recovered to a point in time. */
  readonly timeline: number;
  /** The major version. */
  readonly major: number;
}

/**
 * Reads which cluster this is. Every user can read this.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA
 */
export async function readServerIdentity(session: Session): Promise<ServerIdentity> {
  const [row] = await session.query<ServerIdentity>(IDENTITY);
  if (row === undefined) throw new Error("the identity query returned no row");
  return row;
}

const IDENTITY = `
  SELECT system_identifier::text AS "systemIdentifier", timeline_id AS "timeline",
         current_setting('server_version_num')::int / 10000 AS "major"
    FROM pg_catalog.pg_control_system(), pg_catalog.pg_control_checkpoint()`;

/** What {@link readServerIdentity} reads. */
export const serverIdentitySchema = schemaOf<ServerIdentity>()(
  z.object({ systemIdentifier: z.string(), timeline: z.number(), major: z.number() }),
);
