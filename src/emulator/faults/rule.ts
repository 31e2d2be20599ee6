import { z } from "zod";
import { operationTypes } from "../model/operation-row";

/** Whether the emulator does the work before the fault. Work that was done stays done, and GET shows it. */
const work = z.enum(["not-done", "done"]).default("not-done");

const requestFault = z.discriminatedUnion(
  "kind",
  [
    // An error of the service: 429 with retryAfter (seconds), 500, 503.
    z.strictObject({
      kind: z.literal("status"),
      status: z.number().int().min(400).max(599),
      detail: z.string().default("Injected by a fault of the emulator"),
      retryAfter: z.number().int().min(0).optional(),
      work,
    }),
    // The connection is closed at once, with nothing of the request looked at.
    z.strictObject({ kind: z.literal("refuse") }),
    // The request is served as usual, so many milliseconds late.
    z.strictObject({ kind: z.literal("delay"), ms: z.number().int().min(0).max(3_600_000) }),
    // No answer, until the client goes away.
    z.strictObject({ kind: z.literal("hang"), work }),
    // The request is read, then the connection is reset.
    z.strictObject({ kind: z.literal("cut"), work }),
    // The page of a proxy between client and service; a captive portal answers 200.
    z.strictObject({
      kind: z.literal("html"),
      // 204, 205 and 304 have no body.
      status: z
        .number()
        .int()
        .min(200)
        .max(599)
        .refine((status) => ![204, 205, 304].includes(status), "A reply with this status has no page")
        .default(502),
      work,
    }),
    // The work is done, and half of the JSON is sent.
    z.strictObject({ kind: z.literal("truncated") }),
    // The work is done, and every object of the reply has a field that no document names.
    z.strictObject({ kind: z.literal("unknown-fields") }),
    // The work is done, and every `status` and `state` of the reply is a word that no document names.
    z.strictObject({ kind: z.literal("unknown-status") }),
  ],
  {
    error: kinds(
      "status, refuse, delay, hang, cut, html, truncated, unknown-fields, unknown-status, expire-token",
    ),
  },
);

const operationFault = z.discriminatedUnion(
  "kind",
  [
    // The stage fails with this error, and the operation with it.
    z.strictObject({ kind: z.literal("fail"), error: z.string().min(1) }),
    // The stage does not end until the rule is removed or the connector is deleted.
    z.strictObject({ kind: z.literal("stall") }),
    // Stage and progress go back to those before, once, and then on.
    z.strictObject({ kind: z.literal("backwards") }),
  ],
  { error: kinds("fail, stall, backwards") },
);

/** How many are let pass first. */
const after = z.number().int().min(0).default(0);
/** How many are hit then; null for ever. */
const times = z.number().int().min(1).nullable().default(1);

const requestRule = z.strictObject({ operation: z.string(), after, times, fault: requestFault });
const operationRule = z.strictObject({
  operationType: z.enum(operationTypes),
  stage: z.string().optional(),
  after,
  times,
  fault: operationFault,
});
const tokenRule = z.strictObject({
  after,
  fault: z.strictObject({ kind: z.literal("expire-token") }),
});

/** A fault of a reply. */
export type RequestFault = z.output<typeof requestFault>;
/** A fault of work that continues after its request was answered. */
export type OperationFault = z.output<typeof operationFault>;

/** A rule with its defaults: which request, operation or token, when, and which fault. */
export type FaultRule =
  | z.output<typeof requestRule>
  | z.output<typeof operationRule>
  | z.output<typeof tokenRule>;

/** A rule as it is written: the defaults are `after` 0, `times` 1 and `work` `not-done`. */
export type FaultRuleInput =
  | z.input<typeof requestRule>
  | z.input<typeof operationRule>
  | z.input<typeof tokenRule>;

/**
 * The schema of a rule. Its fields decide the kind of rule, so that only the mistakes of that kind are reported, not
 * those of all three.
 *
 * @param operations - the operations that a rule for requests can name, such as `POST /v1/connectors`, in addition to
 *   `*`; any name if absent
 */
export function faultRule(operations?: readonly string[]): z.ZodType<FaultRule> {
  return z.unknown().transform((value, context): FaultRule => {
    const parsed = schemaFor(value).safeParse(value);
    if (!parsed.success) return repeatIssues(parsed.error, context);
    const rule = parsed.data;
    const known =
      operations === undefined || !("operation" in rule) || ["*", ...operations].includes(rule.operation);
    if (!known) {
      context.addIssue({
        code: "custom",
        message: `Not an operation of the emulator, which has *, ${operations.join(", ")}`,
        path: ["operation"],
      });
    }
    return rule;
  });
}

/** Makes a schema fail with the problems of an inner one. */
export function repeatIssues(error: z.ZodError, context: z.core.$RefinementCtx): never {
  for (const { message, path } of error.issues) context.addIssue({ code: "custom", message, path });
  return z.NEVER;
}

/** The error for an unknown `kind`. */
function kinds(known: string): z.core.$ZodErrorMap {
  return (issue) => (issue.code === "invalid_union" ? `The kinds are ${known}` : undefined);
}

function schemaFor(value: unknown) {
  if (typeof value !== "object" || value === null) return requestRule;
  if ("operationType" in value) return operationRule;
  const fault = "fault" in value ? value.fault : undefined;
  const kind = typeof fault === "object" && fault !== null && "kind" in fault ? fault.kind : undefined;
  return kind === "expire-token" ? tokenRule : requestRule;
}
