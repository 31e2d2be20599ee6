import { Hono } from "hono";
import { z } from "zod";
import { refuse } from "../http/api-error";
import { readBody } from "../http/validation";
import type { Connector } from "../model/connector";
import type { Store } from "../model/store";

const lockBody = z.object({ reason: z.string().max(500).nullish() });

/** /v1/connectors/{id}/deletion-lock */
export function deletionLockRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.post("/:connector_id/deletion-lock", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const { reason } = await readBody(context, lockBody);
    refuseWhileDeleting(connector);
    connector.lock = { reason: reason ?? null };
    return context.json({ connector: connector.describe() });
  });

  routes.delete("/:connector_id/deletion-lock", (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    refuseWhileDeleting(connector);
    connector.lock = undefined;
    return context.json({ connector: connector.describe() });
  });

  return routes;
}

function refuseWhileDeleting(connector: Connector): void {
  if (connector.running?.type === "connector_delete") {
    throw refuse(409, `Connector ${connector.id} is being deleted (operation ${connector.running.id})`);
  }
}
