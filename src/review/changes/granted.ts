import { z } from "zod";
import {
  FUTURE_OBJECT_TYPES,
  GRANT_WORDS,
  type GrantTarget,
  type GrantWord,
  SCHEMA_OBJECT_TYPES,
} from "../../access/privilege-grant";
import { UNKNOWN } from "../../unknown-value";
import type { Inputs } from "../read/preview";
import { flagSchema, listOf, nameSchema } from "./known";

/** What a resource of `@pulumi/postgresql` grants. */
export interface Granted {
  readonly grantee: string;
  readonly database: string;
  /** None means that the grantee's privileges are revoked. */
  readonly privileges: readonly (GrantWord | typeof UNKNOWN)[];
  readonly target: GrantTarget;
  readonly grantOption: boolean;
}

/** The types of grants, as `@pulumi/postgresql` 3 names them. */
const READERS = new Map<string, (inputs: Inputs) => Granted | undefined>([
  ["postgresql:index/grant:Grant", grant],
  ["postgresql:index/defaultPrivileges:DefaultPrivileges", defaultPrivileges],
  ["postgresql:index/defaultPrivileg:DefaultPrivileg", defaultPrivileges],
]);

/**
 * Reads what a resource grants.
 *
 * @returns undefined if it is no grant, or one that this release does not understand
 */
export function grantedBy(type: string, inputs: Inputs | undefined): Granted | undefined {
  return inputs === undefined ? undefined : READERS.get(type)?.(inputs);
}

const privilegeSchema = z
  .string()
  .transform((word) => (word === UNKNOWN ? word : word.toUpperCase().replace(/^TEMP$/, "TEMPORARY")))
  .pipe(z.union([z.enum(GRANT_WORDS), z.literal(UNKNOWN)]));

const grantSchema = z.object({
  role: nameSchema,
  database: nameSchema,
  schema: nameSchema.default(""),
  objectType: z.string(),
  objects: listOf(nameSchema).default([]),
  columns: listOf(nameSchema).default([]),
  privileges: listOf(privilegeSchema),
  withGrantOption: flagSchema,
});

function grant(inputs: Inputs): Granted | undefined {
  const { data } = grantSchema.safeParse(inputs);
  if (data === undefined) return undefined;
  const target = targetOf(data);
  if (target === undefined) return undefined;
  const { role: grantee, database, privileges, withGrantOption: grantOption } = data;
  return { grantee, database, privileges, target, grantOption };
}

type GrantInputs = z.output<typeof grantSchema>;

function targetOf({ database, schema, objectType, objects, columns }: GrantInputs): GrantTarget | undefined {
  const [name = ""] = objects;
  switch (objectType) {
    case "database":
      return { kind: "database", database };
    case "schema":
      return { kind: "schema", schema };
    case "column":
      return { kind: "columns", schema, table: name, columns };
    case "foreign_data_wrapper":
      return { kind: "foreign", type: "data wrapper", name };
    case "foreign_server":
      return { kind: "foreign", type: "server", name };
  }
  const type = SCHEMA_OBJECT_TYPES.find((known) => known === objectType);
  if (type === undefined) return undefined;
  if (objects.length === 0) return { kind: "all", schema, objectType: type };
  return { kind: "objects", schema, objectType: type, names: objects };
}

const defaultsSchema = grantSchema
  .pick({ role: true, database: true, privileges: true, withGrantOption: true })
  .extend({
    owner: nameSchema,
    schema: nameSchema.optional(),
    objectType: z.enum(FUTURE_OBJECT_TYPES),
  });

function defaultPrivileges(inputs: Inputs): Granted | undefined {
  const { data } = defaultsSchema.safeParse(inputs);
  if (data === undefined) return undefined;
  const { role: grantee, database, privileges, withGrantOption: grantOption, owner, objectType } = data;
  // The provider takes an empty name for every schema.
  const schema = data.schema === "" ? undefined : data.schema;
  return {
    grantee,
    database,
    privileges,
    target: { kind: "future", objectType, owner, ...(schema === undefined ? {} : { schema }) },
    grantOption,
  };
}
