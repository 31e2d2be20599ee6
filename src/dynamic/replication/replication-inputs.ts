import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { idSchema } from "../../ardent/ids";
import { EVERYTHING } from "../../ardent/paths";
import { decisionsSchema } from "../../replica-identity-decision";
import { type Properties, UNKNOWN } from "../provider";

/** The inputs of the Replication resource as they come over the wire. */
export const replicationSchema = z.object({
  connectorId: idSchema,
  selection: z.array(z.string().min(1)).min(1, { error: "is empty" }).default([EVERYTHING]),
  decisions: decisionsSchema.default({}),
  /** Ids of paused parts to resume. */
  releaseQuarantines: z.array(idSchema).default([]),
  wait: z.boolean().default(true),
  /** Seconds. */
  timeout: z.number().int().min(1).default(7200),
});
export type ReplicationInputs = z.output<typeof replicationSchema>;

/** Work that was still running at the service when it was last polled. */
export const pendingSchema = z.object({ step: z.enum(["discovery", "setup"]), operationId: z.string() });
export type Pending = z.output<typeof pendingSchema>;

/** The work that the state says was still running. */
export function pendingIn(properties: Properties): Pending | undefined {
  return pendingSchema.optional().catch(undefined).parse(properties.pending);
}

/**
 * Whether the current inputs are the last ones that the service received: the state has `unconfirmed` if a run failed
 * while sending others. The order of a selection does not matter.
 */
export function matchesLastApplied(olds: Properties, news: Properties): boolean {
  return olds.unconfirmed !== true && isDeepStrictEqual(asked(olds), asked(news));
}

function asked({ connectorId, selection, decisions }: Properties): unknown {
  const paths = Array.isArray(selection) ? [...new Set(selection)].sort() : selection;
  return { connectorId, selection: paths ?? [EVERYTHING], decisions: decisions ?? {} };
}

/** Whether the id is known and differs. */
export function isOtherConnector(olds: Properties, news: Properties): boolean {
  return news.connectorId !== UNKNOWN && news.connectorId !== olds.connectorId;
}

/** Whether the service may have received decisions in an earlier run, also in one that failed. */
export function hadDecisions({ decisions, unconfirmed }: Properties): boolean {
  return unconfirmed === true || !isDeepStrictEqual(decisions ?? {}, {});
}
