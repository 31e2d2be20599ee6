import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { branchRemovalRoutes, branchRoutes } from "../routes/branches";
import { connectorRoutes } from "../routes/connectors";
import { deletionLockRoutes } from "../routes/deletion-lock";
import { observationRoutes } from "../routes/observation";
import { operationRoutes } from "../routes/operations";
import { projectRoutes } from "../routes/projects";
import { quarantineRoutes } from "../routes/quarantines";
import { replicationRoutes } from "../routes/replication";
import type { Store } from "../store";
import { ApiError, refuse } from "./api-error";
import { requireToken } from "./authentication";

const largestBody = 1024 * 1024;

/** The API over a store. Every request passes the two handlers of `*` first, whatever its route. */
export function createApp(store: Store, token: string): Hono {
  const app = new Hono();

  app.use("*", requireToken(token));
  app.use(
    "*",
    bodyLimit({
      maxSize: largestBody,
      onError: () => {
        // The rest of the body is not read, so the connection cannot carry another request.
        throw refuse(413, `The body is larger than ${largestBody} bytes`, { Connection: "close" });
      },
    }),
  );

  app.route("/v1/projects", projectRoutes(store));
  app.route("/v1/connectors", connectorRoutes(store));
  app.route("/v1/connectors", replicationRoutes(store));
  app.route("/v1/connectors", deletionLockRoutes(store));
  app.route("/v1/connectors", quarantineRoutes(store));
  app.route("/v1", branchRoutes(store));
  app.route("/v1/operations", operationRoutes(store));
  app.route("/emulator", observationRoutes(store));
  app.route("/emulator", branchRemovalRoutes(store));

  app.notFound((context) => {
    const allowed = methodsOf(app, context.req.path);
    if (allowed.length === 0) throw refuse(404, "Not Found");
    throw refuse(405, "Method Not Allowed", { Allow: allowed.join(", ") });
  });
  app.onError((error, context) => {
    if (error instanceof ApiError) return context.json(error.body, error.status, error.headers);
    console.error(error);
    return context.json({ detail: "Internal error of the emulator; its log says more" }, 500);
  });

  return app;
}

/** The methods that a path has routes for. */
function methodsOf(app: Hono, path: string): string[] {
  const methods = app.routes
    .filter((route) => route.method !== "ALL")
    .filter((route) => new RegExp(`^${route.path.replace(/:[a-z_]+/g, "[^/]+")}$`).test(path))
    .map((route) => route.method);
  return [...new Set(methods)];
}
