import { z } from "zod";
import { recordOf } from "./record-of";

/** What can be decided about a table that has no usable replica identity, in Ardent's words, with what each means. */
export const REPLICA_IDENTITY_DECISIONS = {
  exclude: "do not replicate the table",
  add_pk: "you add a primary key",
  replica_identity_full: "you set REPLICA IDENTITY FULL",
} as const;
export type ReplicaIdentityDecision = keyof typeof REPLICA_IDENTITY_DECISIONS;

/** The words alone. */
export const DECISION_WORDS = Object.keys(REPLICA_IDENTITY_DECISIONS) as [
  ReplicaIdentityDecision,
  ...ReplicaIdentityDecision[],
];

/** Decisions by `schema.table`, as a file or a program has them. */
export const decisionsSchema = recordOf(z.enum(DECISION_WORDS));
