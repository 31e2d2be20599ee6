import { Hono } from "hono";
import { z } from "zod";
import { refuse } from "../http/api-error";
import { readBody } from "../http/validation";
import { startDiscovery } from "../jobs/discovery";
import { startEngineSetup } from "../jobs/engine-setup";
import type { Connector } from "../model/connector";
import { type Decision, decisions, identityReport, unknownPaths } from "../model/selection";
import type { Store } from "../model/store";
import { type DiscoveredTable, discoverTables } from "../source/discovery";
import { explain, withSession } from "../source/session";

const selectionBody = z.object({ selected_paths: z.array(z.string()) });
const decisionsBody = z.object({ decisions: z.record(z.string(), z.string()) });

/** /v1/connectors/{id}: the steps from a connector to replication. */
export function replicationRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.post("/:connector_id/discover", (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const running = connector.running;
    if (running !== undefined && running.type !== "connector_discovery") throw refuse(400, busy(connector));
    const operation = running ?? startDiscovery(store, connector);
    return context.json({ ...operation.handle(), prerequisites: null, source_metadata: null }, 202);
  });

  routes.post("/:connector_id/selection", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const { selected_paths } = await readBody(context, selectionBody);
    if (connector.running !== undefined) throw refuse(400, busy(connector));
    const unknown = unknownPaths(selected_paths, discovered(connector));
    if (unknown.length > 0) throw refuse(400, `Not discovered: ${unknown.join(", ")}`);
    if (selected_paths.length === 0) throw refuse(400, 'Nothing is selected; ["*"] selects everything');
    connector.selection = selected_paths;
    return context.json(connector.describe());
  });

  routes.put("/:connector_id/replica-identity-decisions", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const body = await readBody(context, decisionsBody);
    if (connector.running !== undefined) throw refuse(409, `${busy(connector)}; try again`);
    const tables = discovered(connector);
    const invalid = Object.entries(body.decisions).filter(([, decision]) => !isDecision(decision));
    if (invalid.length > 0) {
      const list = invalid.map(([table, decision]) => `${table}: ${decision}`).join(", ");
      throw refuse(400, `Invalid decisions: ${list}; allowed are ${decisions.join(", ")}`);
    }
    const unknown = Object.keys(body.decisions).filter(
      (path) => !tables.some((table) => table.path === path),
    );
    if (unknown.length > 0) throw refuse(400, `Decisions for unknown tables: ${unknown.join(", ")}`);
    const decided = body.decisions as Record<string, Decision>;
    const { undecided } = identityReport(tables, connector.selection ?? ["*"], decided);
    if (undecided.length > 0) throw refuse(400, `Decisions are missing for: ${undecided.join(", ")}`);
    connector.decisions = decided;
    return context.json(connector.describe());
  });

  routes.post("/:connector_id/engine-setup", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const joined = () =>
      connector.running?.type === "connector_engine_setup"
        ? context.json(connector.running.handle(), 202)
        : undefined;
    const join = joined();
    if (join !== undefined) return join;
    requireReady(connector);
    const tables = await withSession(connector.source, discoverTables).catch((error) => {
      throw refuse(503, `The source cannot be read now: ${explain(error)}`);
    });
    // Others were served while the source was read.
    const joinLate = joined();
    if (joinLate !== undefined) return joinLate;
    requireReady(connector);
    const followed = tables.filter((table) => connector.follows(table.path));
    requireIdentities(connector, followed);
    if (connector.stream !== undefined && followed.every((table) => connector.snapshot.has(table.path))) {
      return context.json({ ...connector.describe(), message: "The engine is already set up" });
    }
    return context.json(startEngineSetup(store, connector, followed).handle(), 202);
  });

  return routes;
}

/** Rejects a connector that has no discovery or selection, is busy, or is partly deleted. */
function requireReady(connector: Connector): void {
  if (connector.running !== undefined) throw refuse(409, busy(connector));
  discovered(connector);
  if (connector.selection === undefined) throw refuse(400, "Nothing is selected yet; POST selection first");
  if (connector.operation?.type === "connector_delete" && connector.made.size > 0) {
    throw refuse(400, "The deletion of this connector failed halfway; delete it first");
  }
}

/** Checks the current source: the DDL of a decision must have been run. */
function requireIdentities(connector: Connector, followed: readonly DiscoveredTable[]): void {
  const missing = followed
    .filter((table) => !table.hasUsableIdentity)
    .map((table) => `${table.path} (${connector.decisions[table.path] ?? "undecided"})`);
  if (missing.length > 0) {
    throw refuse(
      422,
      `Unresolved replica identity decisions: ${missing.join(", ")}. Decide what is undecided, and run the DDL of what ` +
        "is decided: Ardent never runs DDL on your source",
    );
  }
}

function discovered(connector: Connector): readonly DiscoveredTable[] {
  if (connector.tables === undefined) throw refuse(400, "Nothing is discovered yet; POST discover first");
  return connector.tables;
}

function busy(connector: Connector): string {
  return `Operation ${connector.running?.id} (${connector.running?.type}) is running on this connector`;
}

function isDecision(text: string): text is Decision {
  return (decisions as readonly string[]).includes(text);
}
