import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { z } from "zod";

/** Every problem that validation found, as Pulumi's check failures, each with its property's path. */
export function checkFailures(error: z.ZodError): CheckFailure[] {
  return error.issues.map((issue) => ({ property: issue.path.join("."), reason: issue.message }));
}
