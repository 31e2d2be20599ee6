import { z } from "zod";
import { plainText } from "./plain-text";
import type { Preview } from "./preview";
import { resourceSteps, stateSchema, stepSchema } from "./resource-steps";
import { stackOf } from "./urn";

/** What `pulumi preview --json` prints; a preview that fails has the steps before the failure. */
const digestSchema = z.object({
  steps: z
    .array(
      z
        .object({
          op: z.string(),
          urn: z.string(),
          oldState: stateSchema.nullish(),
          newState: stateSchema.nullish(),
          diffReasons: stepSchema.shape.diffs,
          detailedDiff: stepSchema.shape.detailedDiff,
        })
        .transform(({ op, urn, oldState, newState, diffReasons, detailedDiff }) => ({
          op,
          urn,
          old: oldState,
          new: newState,
          diffs: diffReasons,
          detailedDiff,
        })),
    )
    .nullish(),
  diagnostics: z
    .array(z.object({ urn: z.string().nullish(), message: z.string(), severity: z.string() }))
    .nullish(),
  // Every digest has it: other JSON does not become an empty preview.
  changeSummary: z.record(z.string(), z.unknown()).nullable(),
});

/**
 * Reads a digest.
 *
 * @returns undefined for any other value
 */
export function readDigest(json: unknown): Preview | undefined {
  const parsed = digestSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const steps = parsed.data.steps ?? [];
  return {
    form: "digest",
    ...stackOf(steps),
    steps: resourceSteps(steps),
    diagnostics: (parsed.data.diagnostics ?? []).flatMap(diagnosticOf),
    violations: [],
    complete: true,
  };
}

/** A message as both forms have it. */
export function diagnosticOf(printed: {
  readonly urn?: string | null | undefined;
  readonly message: string;
  readonly severity: string;
}): Preview["diagnostics"] {
  const severity = SEVERITIES.get(printed.severity);
  const message = plainText(printed.message).replace(/^(error|warning): /, "");
  if (severity === undefined || message === "") return [];
  return [{ severity, ...(printed.urn ? { urn: printed.urn } : {}), message }];
}

const SEVERITIES = new Map<string, Preview["diagnostics"][number]["severity"]>([
  ["info", "info"],
  ["info#err", "info"],
  ["warning", "warning"],
  ["error", "error"],
]);
