import { Hono } from "hono";
import { z } from "zod";
import { readQuery } from "../http/validation";
import type { Store } from "../model/store";
import { waitFor } from "../model/wait";

const changesQuery = z.object({
  since: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().min(0).max(60).default(0),
});

/** /emulator: what arrived from the source. Not part of Ardent's API. */
export function observationRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.get("/connectors/:connector_id/changes", async (context) => {
    const { changes } = store.connector(context.req.param("connector_id"));
    const { since, wait } = readQuery(context, changesQuery);
    if (changes.since(since).length === 0) await waitFor(changes.next, wait, context.req.raw.signal);
    const arrived = changes.since(since);
    return context.json({ changes: arrived, next: arrived.at(-1)?.seq ?? since });
  });

  routes.get("/connectors/:connector_id/tables", (context) => {
    const { snapshot } = store.connector(context.req.param("connector_id"));
    return context.json({ tables: [...snapshot].map(([table, rows]) => ({ table, rows })) });
  });

  return routes;
}
