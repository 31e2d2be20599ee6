import { createHash } from "node:crypto";
import { z } from "zod";
import { idSchema } from "../../ardent/ids";
import { type Properties, UNKNOWN } from "../provider";

/** The inputs of the Branch resource as they come over the wire. */
export const branchInputsSchema = z.object({
  connectorId: idSchema,
  name: z.string().min(1),
  /** The resource's URN without its parents, from the resource's class. */
  origin: z.string().min(1),
  adopt: z.boolean().default(false),
  /** Seconds. */
  timeout: z.number().int().min(1).default(600),
});
export type BranchInputs = z.output<typeof branchInputsSchema>;

/** A creation that was still running at the service when it was last polled. */
const pendingSchema = z.object({ operationId: z.string() });
export type PendingBranch = z.output<typeof pendingSchema>;

/** The creation that the state says was still running. */
export function pendingBranchIn(properties: Properties): PendingBranch | undefined {
  return pendingSchema.optional().catch(undefined).parse(properties.pending);
}

/** The changed properties that make it another branch, without those that are not known yet. */
export function replacedBy(olds: Properties, news: Properties): string[] {
  return ["connectorId", "name"].filter((key) => news[key] !== UNKNOWN && news[key] !== olds[key]);
}

/** The namespace of all keys of this package: a random UUID. */
const NAMESPACE = Buffer.from("723346467e96475a819d14268b0b4789", "hex");

/**
 * The idempotency key with which a branch is requested: a UUID of version 5 (RFC 9562), from the resource's URN, the
 * connector, the branch's name and the round. The same resource always uses the same key, even after an interrupted run.
 * This is also true after a destroy, which leaves the branch at Ardent: a new resource gets that branch again.
 *
 * @param round - from 1; the next one if the creation with the previous key failed, or its branch was removed: that key
 *   only returns the old result
 */
export function idempotencyKey(
  { origin, connectorId, name }: Pick<BranchInputs, "origin" | "connectorId" | "name">,
  round: number,
): string {
  const hash = createHash("sha1").update(NAMESPACE);
  const bytes = hash
    .update(JSON.stringify([origin, connectorId, name, round]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The command of Ardent's CLI that removes a branch, for a shell. */
export function removalCommand(name: string): string {
  const word = /^[\w./@][\w./@-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
  return `ardent branch delete ${word}`;
}
