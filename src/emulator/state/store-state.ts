import { Operation } from "../model/operations";
import { Store } from "../model/store";
import { recordConnector, restoreConnector } from "./connector-state";
import { type ConnectorRecord, type StateRecord, stateVersion } from "./record";

/** The stored form of a store. */
export function recordStore(store: Store): StateRecord {
  return {
    version: stateVersion,
    starts: store.starts,
    token: store.token,
    orgId: store.orgId,
    projects: [...store.projects.values()],
    connectors: [...store.connectors.values()].map(recordConnector),
    operations: [...store.operations.values()].map((operation) => operation.row),
    // One that has no operation yet was not answered yet either.
    branchRequests: [...store.branchRequests].flatMap(([key, { connectorId, name, operation }]) =>
      operation === undefined ? [] : [{ key, connectorId, name, operation: operation.id }],
    ),
    faults: store.faults.list(),
  };
}

/**
 * The stored store. Its streams are not started yet.
 *
 * @param token - a new token that replaces the stored one
 */
export function restoreStore(record: StateRecord, token = record.token): Store {
  const store = new Store(token, record.orgId);
  store.starts = record.starts + 1;
  for (const project of record.projects) store.projects.set(project.id, project);
  for (const row of record.operations) store.operations.set(row.id, Operation.restore(row));
  for (const rule of record.faults) store.faults.restore(rule);
  for (const kept of record.connectors) {
    const connector = restoreConnector(kept, store.operations, record.starts);
    if (kept.making !== undefined && !isOfAnother(kept, record.connectors)) connector.made.add(kept.making);
    store.connectors.set(connector.id, connector);
  }
  for (const { key, operation, ...request } of record.branchRequests)
    store.branchRequests.set(key, { ...request, operation: store.operations.get(operation) });
  return store;
}

/**
 * Whether the objects that a connector was creating belong to another connector of the same database. A database has one
 * slot, one schema and one pair of event triggers: if another connector has them, this one did not create them.
 */
function isOfAnother(kept: ConnectorRecord, all: readonly ConnectorRecord[]): boolean {
  return all.some(
    (other) =>
      other.id !== kept.id &&
      other.made.some((kind) => kind === kept.making) &&
      other.source.host === kept.source.host &&
      other.source.port === kept.source.port &&
      other.source.database === kept.source.database,
  );
}
