import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession } from "../../postgres/session";
import { sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";
import type { Read } from "../facts";

/** What creating a temporary wal2json slot said. */
export type SlotProbe =
  | { readonly outcome: "created"; readonly user: string }
  | {
      readonly outcome: "refused";
      readonly user: string;
      /** The server's SQLSTATE; docs/checks/wal2json.md says how to read it. */
      readonly sqlstate: string;
      /** The server's words. */
      readonly message: string;
    };

/**
 * Creates a temporary wal2json slot and drops it: the one thing that preflight writes.
 *
 * The server's own time-outs bound it: a client that vanishes does not stop the wait for open transactions, and on
 * a standby nothing does, so that this must not be called there.
 *
 * @param lockTimeoutMs - for each transaction that the creation waits for; after a SIGKILL the slot is gone by then
 * @param statementTimeoutMs - for the creation as a whole
 */
export async function probeSlot(
  settings: ConnectionSettings,
  options: {
    readonly applicationName: string;
    readonly connectTimeoutMs: number;
    readonly lockTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<Read<SlotProbe>> {
  const { user } = settings;
  const session = await openSession(settings, { ...options, readOnly: true });
  const slot = `ardent_probe_${randomBytes(6).toString("hex")}`;
  try {
    await session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json', true)", [slot]);
    await session.query("SELECT pg_drop_replication_slot($1)", [slot]);
    return { kind: "read", value: { outcome: "created", user } };
  } catch (error) {
    const sqlstate = sqlState(error);
    if (sqlstate === undefined || !(error instanceof Error)) throw error;
    return { kind: "read", value: { outcome: "refused", user, sqlstate, message: error.message } };
  } finally {
    await session.close();
  }
}

/** What {@link probeSlot} says. */
export const slotProbeSchema = schemaOf<SlotProbe>()(
  z.discriminatedUnion("outcome", [
    z.object({ outcome: z.literal("created"), user: z.string() }),
    z.object({
      outcome: z.literal("refused"),
      user: z.string(),
      sqlstate: z.string(),
      message: z.string(),
    }),
  ]),
);
