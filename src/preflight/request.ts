import { z } from "zod";
import { type AccessPlan, accessPlanSchema, type SchemaPlan } from "../access/plan";
import { type AccessDelta, accessDeltaSchema } from "../access/plan-delta";
import { decisionsSchema, type ReplicaIdentityDecision } from "../replica-identity-decision";
import { schemaOf } from "../schema-of";
import { type ServerIdentity, serverIdentitySchema } from "./facts/server-identity";

/**
 * The parts of a source that a program can create, from the largest to the smallest: the whole server; the database;
 * schemas and owners in it; the role alone, where `role.create` is false. Each includes those that follow.
 */
export const CREATABLE = ["server", "database", "contents", "role"] as const;
export type Creatable = (typeof CREATABLE)[number];

/** The request: the part of a check's input that does not come from the source. */
export interface PreflightRequest {
  /** The address of the source that Ardent connects to. */
  readonly source: { readonly host: string; readonly port: number; readonly database: string };
  /**
   * The access that the role should have. If it should not be a superuser, all checks (not only those of grants) treat it
   * as if it were not one: the report then shows what would be missing.
   */
  readonly plan: AccessPlan;
  /** Whether every schema except system schemas will be replicated, instead of those of the plan. */
  readonly everySchema?: boolean;
  /** The user as which `@pulumi/postgresql` creates the role and its grants; undefined if nothing is deployed. */
  readonly deployer?: string;
  /** Whether a connector is requested; grants alone do not need a superuser. */
  readonly connector: boolean;
  /** Roles that will not create tables, even if they own or could create some; a schema's `owners` remain owners. */
  readonly ignoreOwners?: readonly string[];
  /** The address Ardent connects from, IPv4. Without it pg_hba.conf cannot be judged. */
  readonly egressIp?: string;
  /** The time limit for reading, in milliseconds; 60,000 when undefined. Facts that were not read by then are unknown. */
  readonly limitMs?: number;
  /** Whether Ardent connects with TLS. */
  readonly tls: boolean;
  /** Hosts to which Ardent or this runner connects over a network in plain text; none when undefined. */
  readonly cleartextHosts?: readonly string[];
  /**
   * Hosts, except loopback, to which Ardent or this runner connects with TLS but without verifying the server; none when
   * undefined.
   */
  readonly unverifiedHosts?: readonly string[];
  /** The decisions for tables without a usable replica identity, by `schema.table`. */
  readonly decisions: { readonly [table: string]: ReplicaIdentityDecision };
  /** The cluster that last had the connector's slot; undefined if that is not known. */
  readonly recordedServer?: ServerIdentity;
  /** The changes of this deployment; a failure that they fix is pending. */
  readonly delta?: AccessDelta;
  /**
   * Whether an earlier deployment has made access that the state still has: what of it is missing, `pulumi up` alone does
   * not restore, and `pulumi up --refresh` does. False when undefined.
   */
  readonly deployed?: boolean;
  /** The largest part of the source that this deployment may create; undefined for nothing, or nothing any more. */
  readonly mayCreate?: Creatable;
  /**
   * Whether this deployment is still to create the role: a role of that name that exists belongs to someone else; false when
   * undefined.
   */
  readonly createsRole?: boolean;
  /** Paths of inputs that are known only in the deployment, such as `role.password`; undefined for none. */
  readonly notKnown?: readonly string[];
}

/** A request, as a facts file has it. */
export const requestSchema = schemaOf<PreflightRequest>()(
  z.object({
    source: z.object({ host: z.string(), port: z.number(), database: z.string() }),
    plan: accessPlanSchema,
    everySchema: z.boolean().optional(),
    deployer: z.string().optional(),
    connector: z.boolean(),
    ignoreOwners: z.array(z.string()).optional(),
    egressIp: z.ipv4().optional(),
    limitMs: z.number().optional(),
    tls: z.boolean(),
    cleartextHosts: z.array(z.string()).optional(),
    unverifiedHosts: z.array(z.string()).optional(),
    decisions: decisionsSchema,
    recordedServer: serverIdentitySchema.optional(),
    delta: accessDeltaSchema.optional(),
    deployed: z.boolean().optional(),
    mayCreate: z.enum(CREATABLE).optional(),
    createsRole: z.boolean().optional(),
    notKnown: z.array(z.string()).optional(),
  }),
);

/** The schemas to replicate and their named owners; undefined for every schema that is no system schema. */
export function requestedSchemas({
  source,
  plan,
  everySchema = false,
}: PreflightRequest): readonly SchemaPlan[] | undefined {
  if (everySchema) return undefined;
  return plan.databases.filter(({ name }) => name === source.database).flatMap(({ schemas }) => schemas);
}

/**
 * The inputs at or below some paths that are known in the deployment only.
 *
 * @param paths - such as `schemas`, which every owner is below
 */
export function notKnownOf({ notKnown = [] }: PreflightRequest, paths: readonly string[]): readonly string[] {
  return notKnown.filter((property) =>
    paths.some(
      (path) => property === path || property.startsWith(`${path}.`) || property.startsWith(`${path}[`),
    ),
  );
}
