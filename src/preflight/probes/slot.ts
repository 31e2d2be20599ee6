import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session } from "../../postgres/session";
import { sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";
import type { Evidence } from "../facts/evidence";
import { readBlockers, type SlotBlocker, slotBlockerSchema } from "./slot-blockers";

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
      /** The transactions that the creation last waited for, as far as they were seen. */
      readonly waitedFor: readonly SlotBlocker[];
    };

/** How long the creation may take before somebody looks what it waits for, and how often then. */
const LOOK_AFTER_MS = 500;

/**
 * Creates a temporary wal2json slot and drops it: the one thing that preflight writes.
 *
 * The server's own time-outs bound it: a client that vanishes does not stop the wait for open transactions, and on
 * a standby nothing does, so that this must not be called there.
 *
 * @param observer - another session, which looks what the creation waits for
 * @param lockTimeoutMs - for each transaction that the creation waits for; after a SIGKILL the slot is gone by then
 * @param statementTimeoutMs - for the creation as a whole
 */
export async function probeSlot(
  settings: ConnectionSettings,
  {
    observer,
    ...options
  }: {
    readonly observer?: Session | undefined;
    readonly applicationName: string;
    readonly connectTimeoutMs: number;
    readonly lockTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<Evidence<SlotProbe>> {
  const { user } = settings;
  const session = await openSession(settings, { ...options, readOnly: true });
  const slot = `ardent_probe_${randomBytes(6).toString("hex")}`;
  const over = new AbortController();
  const watching = watch(observer, session.backendPid, over.signal);
  try {
    await session.query("SELECT pg_create_logical_replication_slot($1, 'wal2json', true)", [slot]);
    await session.query("SELECT pg_drop_replication_slot($1)", [slot]);
    return { kind: "read", value: { outcome: "created", user } };
  } catch (error) {
    const sqlstate = sqlState(error);
    if (sqlstate === undefined || !(error instanceof Error)) throw error;
    over.abort();
    const waitedFor = await watching;
    return { kind: "read", value: { outcome: "refused", user, sqlstate, message: error.message, waitedFor } };
  } finally {
    over.abort();
    await watching;
    await session.close();
  }
}

/**
 * Looks again and again what a session waits for, until it is over.
 *
 * @returns what was seen last; nothing where nobody can look
 */
async function watch(
  observer: Session | undefined,
  pid: number,
  over: AbortSignal,
): Promise<readonly SlotBlocker[]> {
  let seen: readonly SlotBlocker[] = [];
  if (observer === undefined) return seen;
  try {
    for (;;) {
      await delay(LOOK_AFTER_MS, undefined, { signal: over });
      const blockers = await readBlockers(observer, pid);
      if (blockers.length > 0) seen = blockers;
    }
  } catch {
    // It is over, or the observer cannot look: the probe's own outcome is what counts.
    return seen;
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
      waitedFor: z.array(slotBlockerSchema),
    }),
  ]),
);
