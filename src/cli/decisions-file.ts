import { UserError } from "../errors";
import type { PreflightRequest } from "../preflight/request";
import { decisionsSchema, ReplicaIdentityDecision } from "../replica-identity-decision";
import { readJson } from "./read-json";

const SUMMARY = "The replica identity decisions cannot be used";

/**
 * Reads the decisions for tables without a usable replica identity.
 *
 * @param file - JSON: `{"public.events": "exclude"}`
 * @throws {UserError} when it cannot be read or has other content
 */
export async function readDecisionsFile(file: string): Promise<PreflightRequest["decisions"]> {
  const json = await readJson(file, { summary: SUMMARY, fix: "name a file with JSON in it" });
  const parsed = decisionsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UserError(
    SUMMARY,
    parsed.error.issues.map((issue) => ({
      what: "is not a decision",
      object: [file, ...issue.path].join(": "),
      needed: Object.values(ReplicaIdentityDecision).join(", "),
      fix: `write {"schema.table": "${ReplicaIdentityDecision.Exclude}"}`,
    })),
  );
}
