import { z } from "zod";
import { recordOf } from "./record-of";

/** What can be decided about a table that has no usable replica identity, in Ardent's words. */
export const ReplicaIdentityDecision = {
  Exclude: "exclude",
  AddPk: "add_pk",
  ReplicaIdentityFull: "replica_identity_full",
} as const;
export type ReplicaIdentityDecision = (typeof ReplicaIdentityDecision)[keyof typeof ReplicaIdentityDecision];

/** What each of them means. */
export const DECISION_MEANINGS: { readonly [decision in ReplicaIdentityDecision]: string } = {
  exclude: "do not replicate the table",
  add_pk: "you add a primary key",
  replica_identity_full: "you set REPLICA IDENTITY FULL",
};

/** Decisions by `schema.table`, as a file or a program has them. */
export const decisionsSchema = recordOf(z.enum(ReplicaIdentityDecision));
