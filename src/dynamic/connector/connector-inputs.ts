import { z } from "zod";
import { idSchema } from "../../ardent/ids";
import type { Properties } from "../provider";
import { adminSchema, roleSchema, sourceSchema } from "../source/source-inputs";

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
