import { Hono } from "hono";
import { z } from "zod";
import { readQuery } from "../http/validation";
import type { Store } from "../model/store";
import { waitFor } from "../model/wait";

const waitQuery = z.object({ wait: z.coerce.number().min(0).max(10).default(0) });

/** /v1/operations: `wait` answers as soon as the operation is completed or failed. */
export function operationRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.get("/:operation_id", async (context) => {
    const operation = store.operation(context.req.param("operation_id"));
    const { wait } = readQuery(context, waitQuery);
    await waitFor(operation.news, wait, context.req.raw.signal);
    return context.json(operation.describe());
  });

  return routes;
}
