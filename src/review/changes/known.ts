import { z } from "zod";
import { UNKNOWN } from "../../unknown-value";
import { SECRET } from "../read/preview";

/** A name in a resource's inputs. A secret one is not shown in a preview, so it is not known either. */
export const nameSchema = z.string().transform((name) => (name === SECRET ? UNKNOWN : name));

/** A list in a resource's inputs; as a whole it may be unknown. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.union([z.literal(UNKNOWN).transform(() => [UNKNOWN] as const), z.array(item)]);
}

/** A flag in a resource's inputs: unset, unknown and false are the same to a review. */
export const flagSchema = z
  .unknown()
  .optional()
  .transform((value) => value === true || value === "true");

/** Whether a part of a value is only known during the deployment. */
export function hasUnknown(value: unknown): boolean {
  return JSON.stringify(value)?.includes(UNKNOWN) ?? false;
}
