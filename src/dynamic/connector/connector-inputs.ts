import { z } from "zod";
import { idSchema } from "../../ardent/ids";
import type { Properties } from "../provider";
import { adminSchema, roleSchema, sourceSchema } from "../source/source-inputs";

/** The inputs of the Connector resource as they come over the wire. */
export const connectorInputsSchema = z.object({
  projectId: idSchema,
  source: sourceSchema.extend({ user: roleSchema.shape.name, password: roleSchema.shape.password }),
  /** What the user named it. */
  connectorName: z.string().min(1).optional(),
  /** `<project>-<stack>-<name>`, from the resource's class. */
  defaultName: z.string().min(1),
  adopt: z.boolean().default(false),
  connectorId: idSchema.optional(),
  /** Undefined leaves the lock as it is. */
  deletionLock: z.boolean().optional(),
  /** Undefined leaves them as they are. */
  dropExtensions: z.array(z.string().min(1)).optional(),
  admin: adminSchema.optional(),
});
export type ConnectorInputs = z.output<typeof connectorInputsSchema>;

/** What is in the state beside the inputs. */
const recordedSchema = z.object({ connectorId: z.string(), connectorName: z.string(), orgId: z.string() });
/** A connector as the state has it: its inputs, with the id, the name and the organization that it has. */
export type RecordedConnector = Omit<ConnectorInputs, "connectorName" | "connectorId"> &
  z.output<typeof recordedSchema>;

/** Reads what the state has of a connector. */
export function recordedConnector(properties: Properties): RecordedConnector {
  return { ...connectorInputsSchema.parse(properties), ...recordedSchema.parse(properties) };
}

/**
 * The name that the connector is to have; undefined when it keeps the one it has: one that is adopted by its id is
 * not renamed to a name that nobody chose.
 */
export function wantedName(inputs: Properties): string | undefined {
  const name = inputs.connectorName ?? (inputs.connectorId === undefined ? inputs.defaultName : undefined);
  return typeof name === "string" ? name : undefined;
}
