import { z } from "zod";
import { schemaOf } from "../schema-of";
/**
 * The role's access in one database according to the catalog, as if the role were not a superuser: ACLs (NULL
 * expanded), memberships, ownership and pg_read_all_data count, SUPERUSER does not.
 */
export interface AccessState {
  /** Undefined when the role does not exist. */
  readonly role?: RoleState;
  readonly database: { readonly name: string; readonly connect: boolean; readonly create: boolean };
  /** The requested schemas, including those that do not exist. Ordered by name. */
  readonly schemas: readonly SchemaState[];
  /** Other schemas with partitions, child tables or sequences of tables in these. Ordered by name. */
  readonly related: readonly RelatedSchemaState[];
}

/**
 * A schema that was not requested, but contains partitions or inheritance children of tables in a requested schema, or
 * sequences that columns of these tables use. Only these objects are read.
 */
export interface RelatedSchemaState {
  readonly name: string;
  readonly usage: boolean;
  readonly tables: ReadableObjects;
  readonly sequences: ReadableObjects;
}

/** The role's attributes (pg_roles). */
export interface RoleState {
  readonly name: string;
  readonly login: boolean;
  readonly replication: boolean;
  readonly superuser: boolean;
}

/** Access to one schema and what is in it. */
export interface SchemaState {
  readonly name: string;
  readonly exists: boolean;
  readonly usage: boolean;
  /** Ordinary tables, partitioned tables and partitions. */
  readonly tables: ReadableObjects;
  readonly sequences: ReadableObjects;
  /** The roles that own tables or sequences here, and every requested owner. Ordered by name. */
  readonly owners: readonly OwnerState[];
}

/** How many objects of one type there are and how many of them the role cannot read. */
export interface ReadableObjects {
  readonly count: number;
  readonly unreadable: number;
  /** The first few unreadable ones by name, unquoted and without schema. */
  readonly examples: readonly string[];
  /** Set if every unreadable one is a partitioned table, whose grants a refresh of `@pulumi/postgresql` does not read. */
  readonly onlyPartitioned?: true;
}

/** A role that owns objects in the schema, and whether its future objects will be readable. */
export interface OwnerState {
  readonly name: string;
  /** False for a requested owner that is not a role of the server. */
  readonly exists: boolean;
  /** Tables owned here. */
  readonly tables: number;
  /** Sequences owned here. */
  readonly sequences: number;
  /** Whether default privileges give the role SELECT on tables that this owner creates here. */
  readonly defaultTables: boolean;
  readonly defaultSequences: boolean;
}

const readableObjects = z.object({
  count: z.number(),
  unreadable: z.number(),
  examples: z.array(z.string()),
  onlyPartitioned: z.literal(true).optional(),
});

/** What the catalog says about the role's access. */
export const accessStateSchema = schemaOf<AccessState>()(
  z.object({
    role: z
      .object({ name: z.string(), login: z.boolean(), replication: z.boolean(), superuser: z.boolean() })
      .optional(),
    database: z.object({ name: z.string(), connect: z.boolean(), create: z.boolean() }),
    schemas: z.array(
      z.object({
        name: z.string(),
        exists: z.boolean(),
        usage: z.boolean(),
        tables: readableObjects,
        sequences: readableObjects,
        owners: z.array(
          z.object({
            name: z.string(),
            exists: z.boolean(),
            tables: z.number(),
            sequences: z.number(),
            defaultTables: z.boolean(),
            defaultSequences: z.boolean(),
          }),
        ),
      }),
    ),
    related: z.array(
      z.object({
        name: z.string(),
        usage: z.boolean(),
        tables: readableObjects,
        sequences: readableObjects,
      }),
    ),
  }),
);
