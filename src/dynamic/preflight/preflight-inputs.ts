import { z } from "zod";
import { type AccessPlan, accessPlan } from "../../access/plan";
import type { AccessDelta } from "../../access/plan-delta";
import { FailureAction } from "../../failure-action";
import { type ServerIdentity, serverIdentitySchema } from "../../preflight/facts/server-identity";
import type { PreflightRequest } from "../../preflight/request";
import { recordOf } from "../../record-of";
import { decisionsSchema } from "../../replica-identity-decision";
import type { Properties } from "../provider";
import {
  adminSchema,
  cleartextHosts,
  ipv4Schema,
  nameSchema,
  ownersSchema,
  roleSchema,
  sourceSchema,
  unverifiedHosts,
} from "../source/source-inputs";

/** The inputs of the Preflight resource as they come over the wire. */
export const preflightSchema = z.object({
  source: sourceSchema,
  admin: adminSchema,
  deployer: nameSchema.optional(),
  role: roleSchema.extend({ create: z.boolean().default(true), superuser: z.boolean().default(true) }),
  schemas: recordOf(z.object({ owners: ownersSchema.default([]) }), nameSchema).refine(
    (schemas) => Object.keys(schemas).length > 0,
    { error: "is empty; name at least one schema" },
  ),
  ignoreOwners: z.array(nameSchema).default([]),
  egressIp: ipv4Schema.optional(),
  replicaIdentity: decisionsSchema.default({}),
  connector: z
    .object({
      projectId: z.string().min(1),
      name: z.string().min(1),
      connectorId: z.string().optional(),
      adopt: z.boolean().default(true),
    })
    .optional(),
  onFailure: z.enum(FailureAction).default("fail"),
  onDrift: z.enum(FailureAction).default("warn"),
});
export type PreflightInputs = z.output<typeof preflightSchema>;

/** Reads the recorded cluster from the state; undefined if there is none. */
export function recordedServer(properties: Properties): ServerIdentity | undefined {
  return serverIdentitySchema.safeParse(properties.server).data;
}

/** The access plan of these inputs. */
export function planOf(inputs: PreflightInputs): AccessPlan {
  const { name, create, superuser } = inputs.role;
  const owners = Object.entries(inputs.schemas).map(([schema, value]) => [schema, value.owners] as const);
  return accessPlan({
    role: { name, create, superuser },
    databases: { [inputs.source.database]: Object.fromEntries(owners) },
  });
}

/**
 * The request to preflight.
 *
 * @param inputs - validated inputs
 * @param delta - what this deployment changes about access; undefined when nothing, or when it has been applied
 * @param server - which cluster the state has; undefined when it has none
 * @param ahead - what the deployment may create, which inputs only it knows, and whether an earlier one has made access
 */
export function requestOf(
  inputs: PreflightInputs,
  delta: AccessDelta | undefined,
  server?: ServerIdentity,
  ahead: Pick<PreflightRequest, "mayCreate" | "notKnown" | "createsRole" | "deployed"> = {},
): PreflightRequest {
  const { source } = inputs;
  return {
    source: { host: source.host, port: source.port, database: source.database },
    plan: planOf(inputs),
    deployer: inputs.deployer ?? inputs.admin.user,
    connector: inputs.connector !== undefined,
    ignoreOwners: inputs.ignoreOwners,
    egressIp: inputs.egressIp,
    // The mode that Ardent is given. The default for a loopback address applies only to this runner.
    tls: source.sslMode !== "disable",
    cleartextHosts: cleartextHosts(inputs),
    unverifiedHosts: unverifiedHosts(inputs),
    decisions: inputs.replicaIdentity,
    recordedServer: server,
    delta,
    ...ahead,
  };
}

/** Whether the inputs deployed last had no connector, and these have one: then the source must be ready, as at first. */
export function addsConnector(recorded: PreflightInputs | undefined, inputs: PreflightInputs): boolean {
  return recorded !== undefined && recorded.connector === undefined && inputs.connector !== undefined;
}

/**
 * Whether the inputs name another database than the one deployed last. That counts as a first install: its connector
 * replaces a working one, so the records do not count, and the source must be ready.
 */
export function isOtherSource(recorded: PreflightInputs | undefined, inputs: PreflightInputs): boolean {
  return recorded !== undefined && recorded.source.database !== inputs.source.database;
}
