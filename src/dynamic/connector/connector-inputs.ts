import { z } from "zod";
import { idSchema } from "../../ardent/ids";
import { type Properties, UNKNOWN } from "../provider";
import { adminSchema, roleSchema, sourceSchema } from "../source/source-inputs";
import type { ConnectorIdentity } from "./ensure-connector";

/** The inputs of the Connector resource as they come over the wire. */
export const connectorInputsSchema = z.object({
  projectId: idSchema,
  source: sourceSchema.extend({ user: roleSchema.shape.name, password: roleSchema.shape.password }),
  /** The name that the user chose. */
  connectorName: z.string().min(1).optional(),
  /** `<project>-<stack>-<name>`, from the resource's class. */
  defaultName: z.string().min(1),
  adopt: z.boolean().default(false),
  connectorId: idSchema.optional(),
  /** Undefined does not change the lock. */
  deletionLock: z.boolean().optional(),
  /** Undefined does not change them. */
  dropExtensions: z.array(z.string().min(1)).optional(),
  admin: adminSchema.optional(),
});
export type ConnectorInputs = z.output<typeof connectorInputsSchema>;

const identitySchema = connectorInputsSchema.pick({
  projectId: true,
  connectorName: true,
  defaultName: true,
  adopt: true,
  connectorId: true,
});

/** Which connector is wanted: the inputs that decide it. */
export function identityOf(inputs: z.output<typeof identitySchema>): ConnectorIdentity {
  const { projectId, connectorName, defaultName, adopt, connectorId } = inputs;
  if (connectorId !== undefined) return { projectId, adopt: "when-asked", name: connectorName, connectorId };
  if (connectorName === undefined) return { projectId, adopt: "silently", name: defaultName };
  return { projectId, adopt: adopt ? "when-asked" : "never", name: connectorName };
}

/** The same, in a preview; undefined if one of them is only known during the deployment. */
export function knownIdentityOf(news: Properties): ConnectorIdentity | undefined {
  const { data } = identitySchema.safeParse(news);
  return data === undefined || Object.values(data).includes(UNKNOWN) ? undefined : identityOf(data);
}

/** Properties of the state in addition to the inputs. */
const recordedSchema = z.object({ connectorId: z.string(), connectorName: z.string(), orgId: z.string() });
/** A connector in the state: its inputs, with its id, name and organization. */
export type RecordedConnector = Omit<ConnectorInputs, "connectorName" | "connectorId"> &
  z.output<typeof recordedSchema>;

/** Reads a connector from the state. */
export function recordedConnector(properties: Properties): RecordedConnector {
  return { ...connectorInputsSchema.parse(properties), ...recordedSchema.parse(properties) };
}

/**
 * The name that the connector should have; undefined if it keeps its own: a connector that is adopted by its id is only
 * renamed if the user chose a name.
 */
export function wantedName(inputs: Properties): string | undefined {
  const name = inputs.connectorName ?? (inputs.connectorId === undefined ? inputs.defaultName : undefined);
  return typeof name === "string" ? name : undefined;
}
