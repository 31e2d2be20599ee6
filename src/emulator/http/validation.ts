import type { Context } from "hono";
import type { z } from "zod";
import { ApiError } from "./api-error";

/** Reads a JSON body by its schema; anything wrong is a 422 with HTTPValidationError. */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  let body: unknown;
  try {
    body = JSON.parse(await context.req.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid([{ loc: ["body"], msg: "The body is not JSON", type: "json_invalid" }]);
  }
  return parse(schema, body, "body");
}

/** Reads the query string by its schema; anything wrong is a 422 with HTTPValidationError. */
export function readQuery<T extends z.ZodType>(context: Context, schema: T): z.output<T> {
  return parse(schema, context.req.query(), "query");
}

function parse<T extends z.ZodType>(schema: T, value: unknown, place: "body" | "query"): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    parsed.error.issues.map((issue) => {
      const missing = valueAt(value, issue.path) === undefined;
      // The document's `input` is omitted on purpose: it would repeat a source's password.
      return {
        loc: [place, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))],
        msg: missing ? "Field required" : issue.message,
        type: missing ? "missing" : issue.code,
      };
    }),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** The reply to a request with errors at these places: HTTPValidationError of the document. */
export function invalid(detail: { loc: (string | number)[]; msg: string; type: string }[]): ApiError {
  return new ApiError(422, { detail });
}
