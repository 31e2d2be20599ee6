import { Hono } from "hono";
import { refuse } from "../http/api-error";
import { settleStream } from "../jobs/stream";
import type { Store } from "../model/store";

/** /v1/connectors/{id}/quarantine: those that the control API has made, since the emulator makes none by itself. */
export function quarantineRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.get("/:connector_id/quarantine", (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    return context.json({ quarantines: connector.activeQuarantines });
  });

  routes.post("/:connector_id/quarantine/:quarantine_id/release", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const id = context.req.param("quarantine_id");
    const found = connector.quarantines.find((one) => one.id === id);
    if (found === undefined) throw refuse(404, `Quarantine ${id} was not found`);
    if (found.status === "released") return context.json(found);
    const released = {
      ...found,
      status: "released",
      released_at: new Date().toISOString(),
      released_by: "the holder of the token",
    } as const;
    connector.quarantines = connector.quarantines.map((one) => (one.id === id ? released : one));
    await settleStream(connector);
    return context.json(released);
  });

  return routes;
}
