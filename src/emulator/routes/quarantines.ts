import { Hono } from "hono";
import { refuse } from "../http/api-error";
import type { Store } from "../store";

/** /v1/connectors/{id}/quarantine: the emulator never pauses a stream, so there is none. */
export function quarantineRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.get("/:connector_id/quarantine", (context) => {
    store.connector(context.req.param("connector_id"));
    return context.json({ quarantines: [] });
  });

  routes.post("/:connector_id/quarantine/:quarantine_id/release", (context) => {
    store.connector(context.req.param("connector_id"));
    throw refuse(404, `Quarantine ${context.req.param("quarantine_id")} was not found`);
  });

  return routes;
}
