import { z } from "zod";
import { diagnosticOf } from "./digest";
import { plainText } from "./plain-text";
import type { Preview } from "./preview";
import { resourceSteps, stepSchema } from "./resource-steps";
import { stackOf } from "./urn";

const textSchema = z.string().nullish();

/** An event of the engine: of its many kinds, those that say something about a review. */
const eventSchema = z.object({
  sequence: z.number(),
  resourcePreEvent: z.object({ metadata: stepSchema }).optional(),
  diagnosticEvent: z
    .object({
      urn: textSchema,
      prefix: textSchema,
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().nullish(),
    })
    .optional(),
  policyEvent: z
    .object({
      resourceUrn: textSchema,
      message: z.string(),
      policyName: z.string(),
      policyPackName: z.string(),
      enforcementLevel: z.string(),
      exceptions: z.array(z.unknown()).nullish(),
    })
    .optional(),
  summaryEvent: z.unknown().optional(),
});
type EngineEvent = z.output<typeof eventSchema>;

/**
 * Reads the JSON lines of `--event-log`, and of a preview with PULUMI_ENABLE_STREAMING_JSON_PREVIEW. A line that is no
 * event is left out, such as the last one of a log that was cut.
 *
 * @returns undefined if no line is an event
 */
export function readEvents(text: string): Preview | undefined {
  const events = text.split("\n").flatMap(eventOf);
  if (events.length === 0) return undefined;
  const steps = events.flatMap(({ resourcePreEvent: event }) =>
    event === undefined ? [] : [event.metadata],
  );
  return {
    form: "events",
    ...stackOf(steps),
    steps: resourceSteps(steps),
    diagnostics: events.flatMap(({ diagnosticEvent: event }) => {
      if (event === undefined || event.ephemeral) return [];
      return diagnosticOf({ ...event, message: `${event.prefix ?? ""}${event.message}` });
    }),
    violations: events.flatMap(violationOf),
    complete: events.some(({ summaryEvent }) => summaryEvent !== undefined),
  };
}

function eventOf(line: string): EngineEvent[] {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** A violation with an approved exception does not count. */
function violationOf({ policyEvent: event }: EngineEvent): Preview["violations"] {
  if (event === undefined || (event.exceptions ?? []).length > 0) return [];
  return [
    {
      policy: event.policyName,
      pack: event.policyPackName,
      mandatory: event.enforcementLevel === "mandatory",
      ...(event.resourceUrn ? { urn: event.resourceUrn } : {}),
      message: plainText(event.message),
    },
  ];
}
