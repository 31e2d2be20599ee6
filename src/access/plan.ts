import { z } from "zod";
import { schemaOf } from "../schema-of";
/**
 * The access plan: the one value from which everything about access is derived - the child resources, the
 * grant script and its revocation, what preflight calls pending, and the rows a review shows.
 */
export interface AccessPlan {
  readonly role: RolePlan;
  /** Ordered by name. */
  readonly databases: readonly DatabasePlan[];
}

/** The role that Ardent logs in as. */
export interface RolePlan {
  readonly name: string;
  /** Whether the deployment creates and manages the role; a role that is managed elsewhere is never altered. */
  readonly create: boolean;
  /** Whether the role is to be a superuser, which event triggers need today (runbook, step 4). */
  readonly superuser: boolean;
}

/** What the role may do in one database. */
export interface DatabasePlan {
  readonly name: string;
  readonly privileges: readonly DatabasePrivilege[];
  /** Ordered by name. */
  readonly schemas: readonly SchemaPlan[];
}

/** What the role may read in one schema. */
export interface SchemaPlan {
  readonly name: string;
  /** Roles whose future tables and sequences the role may read (FOR ROLE). Ordered, each once. */
  readonly owners: readonly string[];
}

/** The role's privileges on a database: connect to it, and create Ardent's own `pgstream` schema in it. */
export const DATABASE_PRIVILEGES = ["CONNECT", "CREATE"] as const;
/** Privileges on a database. */
export type DatabasePrivilege = (typeof DATABASE_PRIVILEGES)[number];
/** The object types of default privileges and of grants on all objects of a schema. */
export const OBJECT_TYPES = ["table", "sequence"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

/** One statement's worth of access: the leaf that a child resource, a line of SQL and a review row share. */
export type Grant = DatabaseGrant | (SchemaGrant & { readonly database: string });

/** Access to a database. */
export interface DatabaseGrant {
  readonly kind: "database";
  readonly database: string;
  readonly privileges: readonly DatabasePrivilege[];
}

/** Access inside one database: to a schema, to all objects of a type in it, to an owner's future objects. */
export type SchemaGrant =
  | { readonly kind: "schema"; readonly schema: string; readonly privileges: readonly ["USAGE"] }
  | {
      readonly kind: "objects";
      readonly schema: string;
      readonly objectType: ObjectType;
      readonly privileges: readonly ["SELECT"];
    }
  | {
      readonly kind: "default";
      readonly schema: string;
      readonly owner: string;
      readonly objectType: ObjectType;
      readonly privileges: readonly ["SELECT"];
    };

/** What {@link accessPlan} is made from: plain leaves, in any order. */
export interface AccessPlanInput {
  readonly role: RolePlan;
  /** Schema names and their owners, by database name. */
  readonly databases: { readonly [database: string]: { readonly [schema: string]: readonly string[] } };
}

/** Makes the access plan: the same plan for the same leaves, whatever their order. */
export function accessPlan(input: AccessPlanInput): AccessPlan {
  return {
    role: input.role,
    databases: sortedEntries(input.databases).map(([name, schemas]) => ({
      name,
      privileges: DATABASE_PRIVILEGES,
      schemas: sortedEntries(schemas).map(([schema, owners]) => schemaPlan(schema, owners)),
    })),
  };
}

/** Makes the plan of one schema: the same one for the same owners, in any order. */
export function schemaPlan(name: string, owners: readonly string[]): SchemaPlan {
  return { name, owners: [...new Set(owners)].sort() };
}

/**
 * Lists the plan's grants in the order in which they have to be made: default privileges come before the grants
 * on existing objects, so that no table created in between is missed.
 */
export function grantsOf(plan: AccessPlan): readonly Grant[] {
  return plan.databases.flatMap((database) => [
    { kind: "database", database: database.name, privileges: database.privileges } as const,
    ...database.schemas.flatMap((schema) =>
      schemaGrants(schema).map((grant) => ({ ...grant, database: database.name })),
    ),
  ]);
}

/** The grants of one schema, in the order of {@link grantsOf}. */
export function schemaGrants({ name: schema, owners }: SchemaPlan): readonly SchemaGrant[] {
  const privileges = ["SELECT"] as const;
  return [
    { kind: "schema", schema, privileges: ["USAGE"] },
    ...owners.flatMap((owner) =>
      OBJECT_TYPES.map((objectType) => ({ kind: "default", schema, owner, objectType, privileges }) as const),
    ),
    ...OBJECT_TYPES.map((objectType) => ({ kind: "objects", schema, objectType, privileges }) as const),
  ];
}

function sortedEntries<T>(record: { readonly [key: string]: T }): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

const objectType = z.enum(OBJECT_TYPES);
const databasePrivileges = z.array(z.enum(DATABASE_PRIVILEGES));

/** The role of a plan, as a file or the state has it. */
export const rolePlanSchema = schemaOf<RolePlan>()(
  z.object({ name: z.string(), create: z.boolean(), superuser: z.boolean() }),
);

/** A plan, as a file or the state has it. */
export const accessPlanSchema = schemaOf<AccessPlan>()(
  z.object({
    role: rolePlanSchema,
    databases: z.array(
      z.object({
        name: z.string(),
        privileges: databasePrivileges,
        schemas: z.array(z.object({ name: z.string(), owners: z.array(z.string()) })),
      }),
    ),
  }),
);

/** A grant, as a file or the state has it. */
export const grantSchema = schemaOf<Grant>()(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("database"),
      database: z.string(),
      privileges: databasePrivileges,
    }),
    z.object({
      kind: z.literal("schema"),
      database: z.string(),
      schema: z.string(),
      privileges: z.tuple([z.literal("USAGE")]),
    }),
    z.object({
      kind: z.literal("objects"),
      database: z.string(),
      schema: z.string(),
      objectType,
      privileges: z.tuple([z.literal("SELECT")]),
    }),
    z.object({
      kind: z.literal("default"),
      database: z.string(),
      schema: z.string(),
      owner: z.string(),
      objectType,
      privileges: z.tuple([z.literal("SELECT")]),
    }),
  ]),
);
