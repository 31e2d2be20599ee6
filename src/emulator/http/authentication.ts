import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { refuse } from "./api-error";

/** Lets only requests with this bearer token through; the comparison takes the same time for every guess. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const presented = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (presented === undefined || !timingSafeEqual(digest(presented), expected)) {
      throw refuse(401, presented === undefined ? "Not authenticated" : "Invalid or expired token", {
        "WWW-Authenticate": "Bearer",
      });
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
