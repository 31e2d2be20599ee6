import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import { z } from "zod";
import { connectorInputsSchema } from "../dynamic/connector/connector-inputs";
import { preflightSchema } from "../dynamic/preflight/preflight-inputs";
import { replicationSchema } from "../dynamic/replication/replication-inputs";
import { cleartextProblems } from "../dynamic/source/cleartext";
import { adminSchema, sourceSchema } from "../dynamic/source/source-inputs";
import type { PostgresSourceArgs } from "./postgres-source-args";
import { replicationRoleNamed } from "./replication-role";
import { argumentProblems } from "./validation";

const { connectorName, ...connector } = connectorInputsSchema.pick({
  projectId: true,
  connectorName: true,
  adopt: true,
  connectorId: true,
  deletionLock: true,
  dropExtensions: true,
}).shape;

/** The schema of the arguments, composed from those of the resources that are created from them. */
const argumentsSchema = z.object({
  ...sourceSchema.omit({ caCertificate: true }).shape,
  caFile: z.string().optional(),
  admin: adminSchema,
  inspector: adminSchema.optional(),
  ...preflightSchema.omit({ source: true, admin: true, deployer: true, connector: true }).shape,
  connector: replicationSchema
    .omit({ connectorId: true, decisions: true })
    .extend({ ...connector, name: connectorName })
    .optional(),
});

/** Arguments that decide which resources exist, or are read before there are any. */
const PLAIN = ["caFile", "role.create", "schemas"];

/**
 * All problems of the plain values of the arguments. Values that are only known during the deployment are validated then.
 */
export function postgresSourceProblems(args: PostgresSourceArgs): readonly CheckFailure[] {
  return [
    ...argumentProblems(argumentsSchema, args, PLAIN),
    ...cleartextProblems(args, { admin: args.admin, inspector: args.inspector }),
    ...superuserProblems(args),
  ];
}

/** @see the runbook, step 4: event triggers need a superuser today */
function superuserProblems({ role, connector }: PostgresSourceArgs): CheckFailure[] {
  if (connector === undefined) return [];
  const why = "Ardent creates event triggers, which currently need a superuser";
  if (role?.superuser === false)
    return [{ property: "role.superuser", reason: `must be true with a connector: ${why}` }];
  if (role?.superuser !== undefined || replicationRoleNamed(role?.name)?.superuser !== false) return [];
  return [
    {
      property: "role.name",
      reason: `is the name of a ReplicationRole with superuser: false, and this source has a connector: ${why}; set superuser: true there, or remove the connector`,
    },
  ];
}
