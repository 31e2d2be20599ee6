import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { type ApiError, refuse } from "./api-error";

/** Accepts only requests with this bearer token; the comparison takes the same time for every guess. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const presented = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (presented === undefined || !timingSafeEqual(digest(presented), expected)) {
      throw presented === undefined ? unauthenticated("Not authenticated") : invalidToken();
    }
    await next();
  };
}

/** The error for a wrong token and for an expired one. */
export function invalidToken(): ApiError {
  return unauthenticated("Invalid or expired token");
}

function unauthenticated(detail: string): ApiError {
  return refuse(401, detail, { "WWW-Authenticate": "Bearer" });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
