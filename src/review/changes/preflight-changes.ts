import { z } from "zod";
import type { ResourceStep } from "../read/preview";
import type { Outcomes, PreflightChange } from "./change";
import { nameSchema } from "./known";

/** The type of a preflight. */
export const PREFLIGHT = "pulumi-nodejs:dynamic/ardent:Preflight";

const preflightSchema = z.object({
  source: z.object({ database: nameSchema }),
  onFailure: nameSchema.default("fail"),
  checks: z.record(z.string(), z.string()).catch({}).default({}),
});

/** What every preflight recorded before, and what this preview found. One that does not change is included, if it is there. */
export function preflightChanges(steps: readonly ResourceStep[]): PreflightChange[] {
  return steps.flatMap((step) => {
    const { type, name, op, urn, position, retained } = step;
    const effect = type === PREFLIGHT && !(op === "delete" && retained) ? EFFECTS.get(op) : undefined;
    const { data: before } = preflightSchema.safeParse(step.before);
    const { data: after } = preflightSchema.safeParse(step.after);
    const known = after ?? before;
    if (known === undefined || effect === undefined) return [];
    return [
      {
        kind: "preflight" as const,
        name,
        database: known.source.database,
        effect,
        stoppedDeployment: before?.onFailure === "fail",
        stopsDeployment: after?.onFailure === "fail",
        before: before?.checks ?? NO_OUTCOMES,
        after: after?.checks ?? NO_OUTCOMES,
        urns: [urn],
        ...(position === undefined ? {} : { position }),
      },
    ];
  });
}

const NO_OUTCOMES: Outcomes = {};

const EFFECTS = new Map<string, PreflightChange["effect"]>([
  ["create", "created"],
  ["update", "changed"],
  ["same", "changed"],
  ["delete", "deleted"],
]);
