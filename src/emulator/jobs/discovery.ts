import type { Connector } from "../model/connector";
import type { Operation } from "../model/operations";
import { identityReport } from "../model/selection";
import type { Store } from "../model/store";
import { describeTables, discoverTables } from "../source/discovery";
import { withSession } from "../source/session";

const readCatalog = { stage: "read_catalog", label: "Reading schemas and tables", progress: 10 };

/** Starts a discovery of what the source holds. */
export function startDiscovery(store: Store, connector: Connector): Operation {
  return store.start(connector, "connector_discovery", async (progress) => {
    await progress.enter(readCatalog);
    const tables = await withSession(connector.source, discoverTables);
    connector.tables = tables;
    return {
      ...describeTables(tables),
      replica_identity_preflight: identityReport(tables, connector.selection ?? ["*"], connector.decisions),
    };
  });
}
