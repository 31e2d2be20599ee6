import { inspect } from "node:util";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { printError } from "../../output";
import { requestFaults } from "../faults/request-faults";
import type { Store } from "../model/store";
import { branchRemovalRoutes, branchRoutes } from "../routes/branches";
import { connectorRoutes } from "../routes/connectors";
import { deletionLockRoutes } from "../routes/deletion-lock";
import { failureControlRoutes } from "../routes/failure-control";
import { faultRoutes } from "../routes/faults";
import { observationRoutes } from "../routes/observation";
import { operationRoutes } from "../routes/operations";
import { projectRoutes } from "../routes/projects";
import { quarantineRoutes } from "../routes/quarantines";
import { replicationRoutes } from "../routes/replication";
import { ApiError, refuse } from "./api-error";
import { requireToken } from "./authentication";
import { OperationNames } from "./operation-names";

const largestBody = 1024 * 1024;

/** The API over a store, and the names of its operations. */
export interface App {
  readonly fetch: Hono<{ Bindings: HttpBindings }>["fetch"];
  readonly names: OperationNames;
}

/** Makes the app. Every request first passes the handlers of `*`, in this order. */
export function createApp(store: Store): App {
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.use("*", requireToken(store.token));
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
  app.use(
    "*",
    requestFaults(store, (method, path) => names.nameOf(method, path)),
  );
  // Before the answer, and before a fault after the work, so that everything answered is saved.
  app.use("*", async (context, next) => {
    await next();
    if (context.req.method !== "GET") store.save();
  });

  app.route("/v1/projects", projectRoutes(store));
  app.route("/v1/connectors", connectorRoutes(store));
  app.route("/v1/connectors", replicationRoutes(store));
  app.route("/v1/connectors", deletionLockRoutes(store));
  app.route("/v1/connectors", quarantineRoutes(store));
  app.route("/v1", branchRoutes(store));
  app.route("/v1/operations", operationRoutes(store));
  app.route("/emulator", observationRoutes(store));
  app.route("/emulator", failureControlRoutes(store));
  app.route(
    "/emulator",
    faultRoutes(store, () => names.documented),
  );
  const names = new OperationNames(app.routes);
  app.route("/emulator", branchRemovalRoutes(store));

  app.notFound((context) => {
    const allowed = names.methodsOf(context.req.path);
    if (allowed.length === 0) throw refuse(404, "Not Found");
    throw refuse(405, "Method Not Allowed", { Allow: allowed.join(", ") });
  });
  app.onError((error, context) => {
    if (error instanceof ApiError) return context.json(error.body, error.status, error.headers);
    printError(inspect(error));
    return context.json({ detail: "Internal error of the emulator; its log says more" }, 500);
  });

  return { fetch: app.fetch, names };
}
