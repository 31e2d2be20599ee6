import { Hono } from "hono";
import { z } from "zod";
import { UserError } from "../../errors";
import { ApiError, refuse } from "../http/api-error";
import { readBody, readQuery } from "../http/validation";
import { startDeletion } from "../jobs/deletion";
import { rotate } from "../jobs/rotation";
import { Connector } from "../model/connector";
import type { Store } from "../model/store";
import { preflight } from "../source/preflight";
import { explain } from "../source/session";
import { parseConnectionDetails, type Source, SourceError } from "../source/source";

const connectionDetails = z.record(z.string(), z.unknown());

const placement = {
  service_name: z.string(),
  connection_details: connectionDetails,
  org_id: z.string().nullish(),
  use_environment: z.boolean().default(false),
  environment_id: z.string().nullish(),
  private_link_id: z.string().nullish(),
  allow_high_rtt_placement: z.boolean().default(false),
};
const preflightBody = z.object({
  ...placement,
  database: z.string().nullish(),
  selected_schemas: z.array(z.string()).nullish(),
});
const createBody = z.object({
  ...placement,
  project_id: z.string(),
  name: z.string(),
  drop_extensions: z.array(z.string()).nullish(),
});
const updateBody = z.object({
  name: z.string().nullish(),
  project_id: z.string().nullish(),
  connection_details: connectionDetails.nullish(),
  drop_extensions: z.array(z.string()).nullish(),
});
const listQuery = z.object({
  org_id: z.string(),
  service_name: z.string().optional(),
  connector_category: z.string().optional(),
});
const deleteQuery = z.object({ force: z.stringbool().default(false) });

/**
 * /v1/connectors: preflight, and the connectors as such.
 *
 * Everything that the service does not forbid is allowed: two connectors with the same name or the same source.
 */
export function connectorRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.post("/preflight", async (context) => {
    const body = await readBody(context, preflightBody);
    const source = sourceOf(store, body);
    return context.json(await preflight(source, { database: body.database, schemas: body.selected_schemas }));
  });

  routes.get("/", (context) => {
    const query = readQuery(context, listQuery);
    store.requireMembership(query.org_id, "query");
    const connectors = [...store.connectors.values()].map((connector) => connector.describe());
    return context.json({
      connectors: connectors.filter(
        (connector) =>
          (query.service_name ?? "postgresql") === connector.service_name &&
          (query.connector_category ?? category) === category,
      ),
    });
  });

  routes.post("/", async (context) => {
    const body = await readBody(context, createBody);
    const source = sourceOf(store, body);
    requireProject(store, body.project_id);
    const report = await preflight(source);
    if (!report.preflight_pass) throw new ApiError(422, report);
    const connector = new Connector(
      store.orgId,
      body.project_id,
      body.name,
      source,
      body.drop_extensions ?? [],
    );
    store.connectors.set(connector.id, connector);
    return context.json(connector.describe());
  });

  routes.get("/:connector_id", (context) =>
    context.json(store.connector(context.req.param("connector_id")).describe()),
  );

  routes.put("/:connector_id", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const body = await readBody(context, updateBody);
    if (body.project_id != null) requireProject(store, body.project_id);
    if (body.connection_details != null) {
      const source = readSource(body.connection_details);
      await rotate(connector, source).catch((error) => {
        throw badSource(error);
      });
    }
    connector.name = body.name ?? connector.name;
    connector.projectId = body.project_id ?? connector.projectId;
    connector.dropExtensions = body.drop_extensions ?? connector.dropExtensions;
    return context.json(connector.describe());
  });

  routes.delete("/:connector_id", (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const { force } = readQuery(context, deleteQuery);
    if (connector.running?.type === "connector_delete") return context.json(connector.running.handle(), 202);
    if (connector.lock !== undefined) {
      const why = connector.lock.reason === null ? "no reason was given" : connector.lock.reason;
      throw refuse(
        409,
        `Deletion of connector ${connector.name} (${connector.id}) is locked (${why}); remove its deletion lock first`,
      );
    }
    return context.json(startDeletion(store, connector, force).handle(), 202);
  });

  return routes;
}

const category = "database";

function sourceOf(store: Store, body: z.output<typeof preflightBody> | z.output<typeof createBody>): Source {
  store.requireMembership(body.org_id, "body");
  if (body.service_name !== "postgresql") {
    throw refuse(400, `Unsupported service ${body.service_name}; postgresql is the only one`);
  }
  if (body.use_environment || body.environment_id != null || body.private_link_id != null) {
    throw refuse(400, "The emulator has no customer-cloud environments and no private links");
  }
  return readSource(body.connection_details);
}

function readSource(details: Record<string, unknown>): Source {
  try {
    return parseConnectionDetails(details);
  } catch (error) {
    throw badSource(error);
  }
}

function badSource(error: unknown): unknown {
  return error instanceof SourceError || error instanceof UserError ? refuse(400, explain(error)) : error;
}

function requireProject(store: Store, id: string): void {
  if (!store.projects.has(id)) throw refuse(400, `Project ${id} was not found`);
}
