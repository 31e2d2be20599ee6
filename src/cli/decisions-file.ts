import { z } from "zod";
import { UserError } from "../errors";
import type { PreflightRequest } from "../preflight/request";
import { readJson } from "./read-json";

const SUMMARY = "The replica identity decisions cannot be used";
const DECISIONS = ["exclude", "add_pk", "replica_identity_full"] as const;
const schema = z.record(z.string(), z.enum(DECISIONS));

/**
 * Reads what to do with tables that have no usable replica identity.
 *
 * @param file - JSON: `{"public.events": "exclude"}`
 * @throws {UserError} when it cannot be read or says something else
 */
export async function readDecisionsFile(file: string): Promise<PreflightRequest["decisions"]> {
  const json = await readJson(file, { summary: SUMMARY, fix: "name a file with JSON in it" });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UserError(
    SUMMARY,
    parsed.error.issues.map((issue) => ({
      what: "is no decision",
      object: [file, ...issue.path].join(": "),
      needed: DECISIONS.join(", "),
      fix: `write {"schema.table": "${DECISIONS[0]}"}`,
    })),
  );
}
