import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { ConnectionSettings } from "../../postgres/connection-settings";
import { openSession, type Session } from "../../postgres/session";
import { sqlState } from "../../postgres/sqlstate";
import { schemaOf } from "../../schema-of";
import type { Evidence } from "../facts/evidence";
import { readBlockers, type SlotBlocker, slotBlockerSchema } from "./slot-blockers";

/** The result of creating a temporary wal2json slot. */
export type SlotProbe =
  | { readonly outcome: "created"; readonly user: string }
  | {
      readonly outcome: "refused";
      readonly user: string;
      /** The server's SQLSTATE; docs/checks/wal2json.md explains the codes. */
      readonly sqlstate: string;
      /** The server's message. */
      readonly message: string;
      /** The transactions that the creation last waited for, if they were seen. */
      readonly waitedFor: readonly SlotBlocker[];
    };

/** How long the creation may take before the observer reads what it waits for, and the interval after that. */
const LOOK_AFTER_MS = 500;

/**
 * Creates a temporary wal2json slot and drops it: the only thing that preflight writes.
 *
 * The server's own timeouts limit it: if the client disappears, the server still waits for open transactions. On a
 * standby no timeout applies, so this must not be called there.
 *
 * @param observer - another session, which reads what the creation waits for
 * @param lockTimeoutMs - for each transaction that the creation waits for; after a SIGKILL the slot is dropped by then
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
 * Reads repeatedly what a session waits for, until it ends.
 *
 * @returns the last result; nothing without an observer
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
    // It has ended, or the observer failed: only the probe's own outcome counts.
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
