import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { nameSchema } from "../dynamic/source/source-inputs";

/** The role that gets access, and the database. */
export interface GranteeArgs {
  /** The role that Ardent logs in as. */
  role: pulumi.Input<string>;
  /** The database that is replicated. */
  database: pulumi.Input<string>;
}

/** The arguments that every component of grants has. */
export const granteeSchema = z.object({ role: nameSchema, database: nameSchema });
