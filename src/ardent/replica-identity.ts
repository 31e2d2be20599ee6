import { z } from "zod";
import type { Connector, Operation } from "./schemas";

/*
 * The tables that need a decision are in a field of which only the name is documented (`replica_identity_preflight` of a
 * connector's row, after PUT /replica-identity-decisions); the result of a discovery is not documented at all. So both
 * are read tolerantly. If they cannot be read, the tables are unknown, and the service itself rejects an incomplete set
 * of decisions.
 */
const tableSchema = z.union([
  z.string(),
  z.looseObject({ table: z.string() }).transform(({ table }) => table),
]);
const rowSchema = z.looseObject({
  replica_identity_preflight: z.looseObject({ tables: z.array(tableSchema) }),
});
const discoverySchema = z.looseObject({
  schemas: z.array(
    z.looseObject({
      tables: z.array(z.looseObject({ path: z.string(), usable_replica_identity: z.boolean() })),
    }),
  ),
});

/** Discovered tables, as paths. */
export interface DiscoveredTables {
  readonly all: readonly string[];
  readonly withoutIdentity: readonly string[];
}

/** The tables of a discovery; undefined when the service does not say. */
export function discoveredTables(discovery: Pick<Operation, "result">): DiscoveredTables | undefined {
  const parsed = discoverySchema.safeParse(discovery.result);
  if (!parsed.success) return undefined;
  const tables = parsed.data.schemas.flatMap((schema) => schema.tables);
  return {
    all: tables.map(({ path }) => path),
    withoutIdentity: tables.filter((table) => !table.usable_replica_identity).map(({ path }) => path),
  };
}

/** The tables of its selection that a connector needs decisions for; undefined when the service does not say. */
export function tablesToDecide(connector: Connector): string[] | undefined {
  const parsed = rowSchema.safeParse(connector);
  return parsed.success ? parsed.data.replica_identity_preflight.tables : undefined;
}
