import { z } from "zod";
import { type Evidence, MISSING_INPUTS, WAITS_FOR } from "./evidence";

const CAUSE = {
  needs: z.string().optional(),
  missing: z.enum(MISSING_INPUTS).optional(),
  waitsFor: z.enum(WAITS_FOR).optional(),
};

/**
 * The schema of a part of the facts.
 *
 * @param value - the schema of the value, if it was read
 */
export function readSchema<T>(value: z.ZodType<T>): z.ZodType<Evidence<T>> {
  return z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("read"), value }),
    z.object({ kind: z.literal("skipped"), reason: z.string(), ...CAUSE }),
    z.object({ kind: z.literal("unknown"), reason: z.string(), ...CAUSE }),
    z.object({ kind: z.literal("awaited"), reason: z.string(), ...CAUSE }),
  ]) as z.ZodType<Evidence<T>>;
}
