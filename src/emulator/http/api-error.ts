import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A reply that ends a request early: a status and its JSON body from the document. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  /**
   * @param status - the HTTP status
   * @param body - the whole JSON body
   * @param headers - headers the status asks for, such as Allow with 405
   */
  constructor(
    readonly status: ContentfulStatusCode,
    readonly body: Record<string, unknown>,
    readonly headers: Record<string, string> = {},
  ) {
    super(`HTTP ${status}`);
  }
}

/** The usual error of the API: `{"detail": "..."}`. */
export function refuse(
  status: ContentfulStatusCode,
  detail: string,
  headers?: Record<string, string>,
): ApiError {
  return new ApiError(status, { detail }, headers);
}
