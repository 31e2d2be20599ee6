import { z } from "zod";
import { recordOf } from "./record-of";

/** The decisions for a table without a usable replica identity, in Ardent's words. */
export const ReplicaIdentityDecision = {
  /** The table is not replicated. */
  Exclude: "exclude",
  /** You add a primary key. */
  AddPk: "add_pk",
  /** You set REPLICA IDENTITY FULL. */
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
