import { z } from "zod";
import type { ResourceStep } from "../read/preview";
import type { ContainerChange } from "./change";
import { flagSchema, nameSchema } from "./known";

/** The types of what contains tables, as `@pulumi/postgresql` 3 names them. */
const CONTAINERS = new Map<string, ContainerChange["kind"]>([
  ["postgresql:index/database:Database", "database"],
  ["postgresql:index/schema:Schema", "schema"],
]);

const containerSchema = z.object({
  name: nameSchema,
  database: nameSchema.optional(),
  owner: nameSchema.optional(),
  dropCascade: flagSchema,
});

/** The databases and schemas that are created, altered or dropped. */
export function containerChanges(steps: readonly ResourceStep[]): ContainerChange[] {
  return steps.flatMap((step) => {
    const { op, type, urn, position, retained } = step;
    const kind = CONTAINERS.get(type);
    if (kind === undefined || !(op === "create" || op === "update" || (op === "delete" && !retained)))
      return [];
    const { data: before } = containerSchema.safeParse(step.before);
    const { data: after } = containerSchema.safeParse(step.after);
    const known = after ?? before;
    if (known === undefined) return [];
    const { name, database, dropCascade } = known;
    return [
      {
        kind,
        name,
        ...(kind === "schema" && database !== undefined ? { database } : {}),
        effect: EFFECTS[op],
        ...(before?.owner === undefined ? {} : { ownerBefore: before.owner }),
        ...(after?.owner === undefined ? {} : { ownerAfter: after.owner }),
        cascade: op === "delete" && dropCascade,
        urns: [urn],
        ...(position === undefined ? {} : { position }),
      },
    ];
  });
}

const EFFECTS = { create: "created", update: "changed", delete: "deleted" } as const;
