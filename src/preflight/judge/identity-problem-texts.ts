import type { IdentityProblem } from "../facts/tables";

/** Why a table has no usable replica identity, as a table is described. */
export const IDENTITY_PROBLEM_TEXTS: { readonly [problem in IdentityProblem]: string } = {
  "no-primary-key": "without a primary key",
  "deferrable-primary-key": "with a deferrable primary key",
  "identity-nothing": "REPLICA IDENTITY NOTHING",
  "identity-index-missing": "identified by an index that was dropped",
  "identity-index-unusable": "identified by an index that is invalid",
  "identity-index-nullable": "identified by a column whose NOT NULL constraint is not validated",
  "no-columns": "REPLICA IDENTITY FULL without a column that is stored",
};
