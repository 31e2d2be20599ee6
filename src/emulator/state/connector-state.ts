import { newStream } from "../jobs/stream";
import { Branch } from "../model/branch";
import { ChangeLog } from "../model/change-log";
import { Connector } from "../model/connector";
import type { Operation } from "../model/operations";
import type { ConnectorRecord } from "./record";

/** The stored form of a connector: everything except the changes that arrived. */
export function recordConnector(connector: Connector): ConnectorRecord {
  return {
    id: connector.id,
    createdAt: connector.createdAt,
    orgId: connector.orgId,
    projectId: connector.projectId,
    name: connector.name,
    source: connector.source,
    dropExtensions: [...connector.dropExtensions],
    lock: connector.lock,
    tables: connector.tables?.map((table) => ({ ...table, columns: [...table.columns] })),
    selection: connector.selection && [...connector.selection],
    decisions: connector.decisions,
    operation: connector.operation?.id,
    made: [...connector.made],
    making: connector.making,
    snapshot: [...connector.snapshot],
    streams: connector.stream !== undefined,
    failure: connector.failure,
    quarantines: [...connector.quarantines],
    branches: [...connector.branches.values()].map((branch) => branch.record),
  };
}

// So many changes no emulator takes between two starts: an observer's `since` stays behind what is new.
const numbersPerStart = 1_000_000_000;

/**
 * The stored connector, with its stream not started yet.
 *
 * @param operations - restored
 * @param starts - how often an emulator was started before this one
 */
export function restoreConnector(
  record: ConnectorRecord,
  operations: ReadonlyMap<string, Operation>,
  starts: number,
): Connector {
  const connector = new Connector(
    record.orgId,
    record.projectId,
    record.name,
    record.source,
    record.dropExtensions,
    record.id,
    record.createdAt,
    new ChangeLog(starts * numbersPerStart),
  );
  connector.lock = record.lock;
  connector.tables = record.tables;
  connector.selection = record.selection;
  connector.decisions = record.decisions;
  const find = (id: string | undefined) => (id === undefined ? undefined : operations.get(id));
  connector.operation = find(record.operation);
  for (const kind of record.made) connector.made.add(kind);
  for (const [path, rows] of record.snapshot) connector.snapshot.set(path, rows);
  connector.failure = record.failure;
  connector.quarantines = record.quarantines;
  for (const branch of record.branches)
    connector.branches.set(branch.id, Branch.restore(record.id, branch, find(branch.operation)));
  if (record.streams) {
    connector.stream = newStream(connector);
    connector.streamError = "The emulator has just started and does not stream yet";
  }
  return connector;
}
