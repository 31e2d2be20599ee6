import { type Context, Hono } from "hono";
import { z } from "zod";
import { refuse } from "../http/api-error";
import { startBranchCreation } from "../jobs/branch-creation";
import { removeBranch } from "../jobs/branch-removal";
import { Branch, type BranchRequest } from "../model/branch";
import type { Connector } from "../model/connector";
import type { Store } from "../model/store";
import { explain, withSession } from "../source/session";

const fields = ["connector_id", "service_type", "name"] as const;
const mostRows = 100;
const printable = /^[^\p{Cc}]{1,255}$/u;

/** /v1/branch/create and /v1/branches. The document has no way to delete a branch. */
export function branchRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.post("/branch/create", async (context) => {
    const { connectorId, name } = await readRequest(context);
    const key = readKey(context);
    const earlier = key === undefined ? undefined : store.branchRequests.get(key);
    if (earlier !== undefined) {
      if (earlier.connectorId !== connectorId || earlier.name !== name) {
        throw refuse(409, "This idempotency key was used for another request");
      }
      if (earlier.operation === undefined) throw refuse(409, `Branch ${name} is already being created`);
      return context.json(earlier.operation.handle(), 202, { "X-Idempotency-Replay": "true" });
    }
    const connector = store.connector(connectorId);
    requireEngine(connector);
    await requireFreeName(connector, name);
    const branch = new Branch(connectorId, name);
    const request: BranchRequest = { connectorId, name, operation: undefined };
    // Both are there before anything is waited for, so that a second request finds them.
    connector.branches.set(branch.id, branch);
    if (key !== undefined) store.branchRequests.set(key, request);
    try {
      await requireSource(connector);
      requireEngine(connector);
    } catch (error) {
      connector.branches.delete(branch.id);
      if (key !== undefined) store.branchRequests.delete(key);
      throw error;
    }
    request.operation = startBranchCreation(store, connector, branch);
    return context.json(request.operation.handle(), 202);
  });

  routes.get("/branches/:connector_id", (context) => {
    const { branches } = store.connector(context.req.param("connector_id"));
    const newest = [...branches.values()].reverse().slice(0, mostRows);
    return context.json(newest.map((branch) => branch.describe()));
  });

  return routes;
}

/** /emulator: what `ardent branch delete` does at Ardent. Not part of Ardent's API. */
export function branchRemovalRoutes(store: Store): Hono {
  const routes = new Hono();

  routes.delete("/connectors/:connector_id/branches/:name", async (context) => {
    const connector = store.connector(context.req.param("connector_id"));
    const name = context.req.param("name");
    const branch = [...connector.branches.values()].find((one) => one.name === name);
    if (branch === undefined) throw refuse(404, `Branch ${name} was not found`);
    await removeBranch(connector, branch);
    return context.json({ deleted: branch.id });
  });

  return routes;
}

/** Reads the body as the document says: what is missing is a 400 here, not a 422. */
async function readRequest(context: Context): Promise<{ connectorId: string; name: string }> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) throw refuse(400, "The body is not a JSON object");
  const [connectorId, serviceType, name] = fields.map((field) => parsed.data[field]);
  const missing = fields.filter((field) => typeof parsed.data[field] !== "string");
  if (missing.length > 0) throw refuse(400, `Missing or no string: ${missing.join(", ")}`);
  if (serviceType !== "postgres")
    throw refuse(400, `Unsupported service_type ${serviceType}; it is postgres`);
  if (!printable.test(name as string)) {
    throw refuse(400, "The branch name is invalid: 1 to 255 printable characters");
  }
  return { connectorId: connectorId as string, name: name as string };
}

function readKey(context: Context): string | undefined {
  const key = context.req.header("x-idempotency-key");
  if (key !== undefined && !printable.test(key)) {
    throw refuse(400, "The idempotency key is invalid: 1 to 255 printable characters");
  }
  return key;
}

function requireEngine(connector: Connector): void {
  if (connector.stream === undefined || connector.running !== undefined) {
    throw refuse(422, `The engine of connector ${connector.id} is not ready to branch; set it up first`);
  }
}

async function requireFreeName(connector: Connector, name: string): Promise<void> {
  const taken = [...connector.branches.values()].find((branch) => branch.name === name);
  if (taken === undefined) return;
  if (taken.isOpen) throw refuse(400, `The branch name is invalid: ${name} is taken`);
  if (taken.operation?.isSettled !== true) throw refuse(409, `Branch ${name} is already being created`);
  // A kill ended its creation, which could not clean up.
  await removeBranch(connector, taken);
}

async function requireSource(connector: Connector): Promise<void> {
  await withSession(connector.source, (session) => session.query("SELECT")).catch((error) => {
    throw refuse(503, `The source cannot be reached now: ${explain(error)}`);
  });
}
