import { z } from "zod";

/**
 * A map by names that come from elsewhere. The name `__proto__`, which zod would leave out without a word, is refused.
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
