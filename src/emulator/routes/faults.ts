import { Hono } from "hono";
import { faultRule } from "../faults/rule";
import { refuse } from "../http/api-error";
import { readBody } from "../http/validation";
import type { Store } from "../model/store";

/**
 * /emulator/faults and /emulator/token. Not part of Ardent's API, and faults never apply to them.
 *
 * @param operations - the operations that a rule can name
 */
export function faultRoutes(store: Store, operations: () => readonly string[]): Hono {
  const routes = new Hono();

  routes.get("/faults", (context) => context.json({ faults: store.faults.list() }));

  routes.post("/faults", async (context) => {
    const rule = await readBody(context, faultRule(operations()));
    return context.json(store.faults.add(rule), 201);
  });

  routes.delete("/faults", (context) => {
    store.faults.clear();
    return context.json({ faults: [] });
  });

  routes.delete("/faults/:fault_id", (context) => {
    const id = context.req.param("fault_id");
    if (!store.faults.remove(id)) throw refuse(404, `Fault ${id} was not found`);
    return context.json({ faults: store.faults.list() });
  });

  // The same token, so that clients with it do not have to be restarted.
  routes.post("/token", (context) => {
    store.faults.renewToken();
    return context.json({ valid: true });
  });

  return routes;
}
