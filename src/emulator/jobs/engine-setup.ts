import type { Session } from "../../postgres/session";
import type { Connector } from "../model/connector";
import type { Operation, Progress, Stage } from "../model/operations";
import type { Store } from "../model/store";
import {
  type ArtifactKind,
  createEventTriggers,
  createSchema,
  createSlot,
  removeArtifacts,
  slotNameOf,
} from "../source/artifacts";
import type { DiscoveredTable } from "../source/discovery";
import { explain, withSession } from "../source/session";
import { readSnapshot } from "../source/snapshot";
import { type Source, SourceError } from "../source/source";
import { describeLeftOver, withdraw } from "./deletion";
import { newStream } from "./stream";

const createdArtifacts: (Stage & {
  kind: ArtifactKind;
  make: (session: Session, source: Source) => Promise<void>;
})[] = [
  {
    kind: "schema",
    stage: "create_schema",
    label: "Creating the pgstream schema",
    progress: 5,
    make: createSchema,
  },
  {
    kind: "event-triggers",
    stage: "create_event_triggers",
    label: "Creating event triggers",
    progress: 10,
    make: createEventTriggers,
  },
  {
    kind: "slot",
    stage: "create_slot",
    label: "Creating the replication slot",
    progress: 20,
    make: (session, source) => createSlot(session, slotNameOf(source.database)),
  },
];
const leftOvers = {
  stage: "remove_left_overs",
  label: "Removing what an earlier setup left",
  progress: 1,
};
const snapshot = { stage: "snapshot", label: "Reading the tables", progress: 30 };
const streaming = { stage: "start_streaming", label: "Starting to stream changes", progress: 95 };

// A slot waits for every transaction that was writing when it was asked for.
const artifactLimits = { statementTimeoutMs: 60_000, lockTimeoutMs: 30_000 };
const snapshotLimits = { statementTimeoutMs: 60 * 60_000 };

/**
 * Starts engine setup: what Ardent needs on the source, a first reading of the tables, then the stream. Where
 * a stream runs already, only the tables that were never read are read.
 *
 * @param tables - the tables to follow, as they are on the source now
 */
export function startEngineSetup(
  store: Store,
  connector: Connector,
  tables: readonly DiscoveredTable[],
): Operation {
  return store.start(connector, "connector_engine_setup", async (progress) => {
    const made = new Set<ArtifactKind>();
    let stage: Stage = snapshot;
    const enter = async (next: Stage) => {
      stage = next;
      await progress.enter(next);
    };
    try {
      if (connector.stream === undefined && connector.made.size > 0) {
        await enter(leftOvers);
        await removeLeftOvers(connector);
      }
      if (connector.stream === undefined) {
        for (const artifact of createdArtifacts) {
          await enter(artifact);
          connector.making = artifact.kind;
          store.save();
          const make = (session: Session) => artifact.make(session, connector.source);
          await withSession(connector.source, make, artifactLimits);
          made.add(artifact.kind);
          connector.made.add(artifact.kind);
          connector.making = undefined;
          store.save();
        }
      }
      await enter(snapshot);
      await takeSnapshot(connector, tables, progress);
      if (connector.stream === undefined) {
        await enter(streaming);
        const stream = newStream(connector);
        await stream.start(connector.source);
        connector.stream = stream;
      }
    } catch (error) {
      connector.making = undefined;
      // Without its slot a snapshot is worth nothing.
      if (made.size > 0) connector.snapshot.clear();
      const left = await removeArtifacts(connector.source, made);
      for (const kind of made) if (!left.some((one) => one.kind === kind)) connector.made.delete(kind);
      const remains = left.map((one) => ` Still on the source: ${one.object}; remove it with: ${one.sql}`);
      throw new SourceError(`${stage.label} failed: ${explain(error)}.${remains.join("")}`, { cause: error });
    }
    return { slot_name: slotNameOf(connector.source.database), tables: connector.snapshot.size };
  });
}

async function takeSnapshot(
  connector: Connector,
  tables: readonly DiscoveredTable[],
  progress: Progress,
): Promise<void> {
  const unread = tables.filter((table) => !connector.snapshot.has(table.path));
  const share = (streaming.progress - snapshot.progress) / Math.max(unread.length, 1);
  const counts = await withSession(
    connector.source,
    (session) =>
      readSnapshot(session, unread, (done) => {
        progress.signal.throwIfAborted();
        progress.advance(snapshot.progress + done * share, {
          tables_done: done,
          tables_total: unread.length,
        });
      }),
    snapshotLimits,
  );
  for (const [path, count] of counts) connector.snapshot.set(path, count);
}

/** Removes objects of an earlier setup that was killed or could not remove them itself. */
async function removeLeftOvers(connector: Connector): Promise<void> {
  connector.snapshot.clear();
  const left = await withdraw(connector);
  if (left.length === 0) return;
  throw new SourceError(left.map(describeLeftOver).join("; "));
}
