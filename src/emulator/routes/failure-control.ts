import { Hono } from "hono";
import { z } from "zod";
import { refuse } from "../http/api-error";
import { readBody } from "../http/validation";
import { settleStream } from "../jobs/stream";
import type { Connector } from "../model/connector";
import { identifier } from "../model/identifier";
import type { Store } from "../model/store";
import { slotNameOf } from "../source/artifacts";

const quarantineBody = z.strictObject({ message: z.string(), tables: z.array(z.string()).default([]) });
const failBody = z.strictObject({ error: z.string().min(1) });

/** /emulator/connectors/{id}: failures of a stream that is set up. Not part of Ardent's API. */
export function failureControlRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.post("/connectors/:connector_id/quarantines", async (context) => {
    const connector = streaming(store.connector(context.req.param("connector_id")));
    const { message, tables } = await readBody(context, quarantineBody);
    const quarantine = {
      id: identifier("qtn"),
      connector_id: connector.id,
      deployment_name: slotNameOf(connector.source.database),
      status: "quarantined",
      message,
      tables,
      created_at: new Date().toISOString(),
      released_at: null,
      released_by: null,
    } as const;
    connector.quarantines = [...connector.quarantines, quarantine];
    await settleStream(connector);
    return context.json(quarantine, 201);
  });

  routes.post("/connectors/:connector_id/fail", async (context) => {
    const connector = streaming(store.connector(context.req.param("connector_id")));
    connector.failure = (await readBody(context, failBody)).error;
    await settleStream(connector);
    return context.json(connector.describe());
  });

  routes.post("/connectors/:connector_id/recover", async (context) => {
    const connector = streaming(store.connector(context.req.param("connector_id")));
    if (connector.failure !== undefined) {
      connector.failure = undefined;
      await settleStream(connector);
    }
    return context.json(connector.describe());
  });

  return routes;
}

function streaming(connector: Connector): Connector {
  if (connector.stream !== undefined && connector.running?.type !== "connector_delete") return connector;
  throw refuse(409, `Connector ${connector.id} has no stream; set up its engine first`);
}
