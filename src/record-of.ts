import { z } from "zod";

/**
 * A map whose keys come from elsewhere. The key `__proto__` is rejected, because zod would silently leave it out.
 *
 * @param value - the schema of a value
 */
export function recordOf<Value extends z.ZodType>(value: Value, key: z.ZodString = z.string()) {
  return z
    .unknown()
    .refine((map) => typeof map !== "object" || map === null || !Object.hasOwn(map, "__proto__"), {
      message: "the name __proto__ cannot be used",
    })
    .pipe(z.record(key, value));
}
