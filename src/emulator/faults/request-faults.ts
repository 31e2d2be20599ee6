import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ApiError } from "../http/api-error";
import { invalidToken } from "../http/authentication";
import type { Store } from "../model/store";
import type { RequestFault } from "./rule";
import { half, proxyPage, withUnknownFields, withUnknownStatuses } from "./spoiled-reply";

type Env = { Bindings: HttpBindings };
type Call = Context<Env>;

/**
 * Applies faults to the requests of a rule. The handlers after it do the work, so it is done completely or not at all.
 *
 * @param operationOf - the name of a request in rules; undefined for an unknown path
 */
export function requestFaults(
  store: Store,
  operationOf: (method: string, path: string) => string | undefined,
): MiddlewareHandler<Env> {
  return async (context, next) => {
    const operation = operationOf(context.req.method, context.req.path);
    if (operation === undefined) return next();
    const hasExpired = store.faults.expiresToken();
    const fault = hasExpired ? undefined : store.faults.forRequest(operation);
    store.saveFaults();
    if (hasExpired) throw invalidToken();
    return fault === undefined ? next() : hit(fault, context, next);
  };
}

async function hit(
  fault: RequestFault,
  context: Call,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  const { incoming, outgoing } = context.env;
  if ("work" in fault && fault.work === "done") await next();
  switch (fault.kind) {
    case "refuse":
      incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case "delay":
      await wait(fault.ms, undefined, { ref: false });
      await next();
      return undefined;
    case "hang":
      if (!outgoing.destroyed) await once(outgoing, "close");
      return reply(context, RESPONSE_ALREADY_SENT);
    case "cut":
      if (fault.work === "not-done") await context.req.raw.arrayBuffer();
      incoming.socket.resetAndDestroy();
      return reply(context, RESPONSE_ALREADY_SENT);
    case "html":
      return reply(
        context,
        new Response(proxyPage(fault.status), {
          status: fault.status,
          headers: { "Content-Type": "text/html; charset=utf-8" },
        }),
      );
    case "status": {
      const headers: Record<string, string> = {};
      if (fault.retryAfter !== undefined) headers["Retry-After"] = String(fault.retryAfter);
      const { body, status } = new ApiError(fault.status as ContentfulStatusCode, { detail: fault.detail });
      return reply(context, Response.json(body, { status, headers }));
    }
    case "truncated":
      return rewrite(context, next, half);
    case "unknown-fields":
      return rewrite(context, next, withUnknownFields);
    case "unknown-status":
      return rewrite(context, next, withUnknownStatuses);
  }
}

/** Does the work, and changes the reply. */
async function rewrite(context: Call, next: () => Promise<void>, change: (text: string) => string) {
  await next();
  const { status, headers } = context.res;
  return reply(
    context,
    new Response(change(await context.res.text()), { status, headers: new Headers(headers) }),
  );
}

/** Sends only this: an existing reply is dropped, with all headers. */
function reply(context: Call, response: Response): undefined {
  context.res = undefined;
  context.res = response;
}
