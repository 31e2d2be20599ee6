import { z } from "zod";
import { schemaOf } from "../../schema-of";
import { connectionSchema } from "./connection";
import type { Evidence } from "./evidence";
import { readSchema } from "./evidence-schema";
import type { Facts, FamilyFacts } from "./facts";
import { FAMILIES, FAMILY_NAMES, type FamilyName } from "./registry";

/** All facts, as a file has them. */
export const factsSchema = schemaOf<Facts>()(z.object({ connection: connectionSchema, ...familySchemas() }));

function familySchemas() {
  const schemas = FAMILY_NAMES.map((name) => [name, readSchema<unknown>(FAMILIES[name].schema)]);
  return Object.fromEntries(schemas) as { [name in FamilyName]: z.ZodType<FamilyFacts[name]> };
}

/**
 * Validates the server's data with the schemas. A family with values that Postgres never returns is unknown: so no check,
 * and no statement, uses a privilege or an object of an unexpected kind.
 */
export function parseFamilies<Families extends { readonly [family in FamilyName]?: Evidence<unknown> }>(
  families: Families,
): Families {
  const parsed = Object.entries(families).map(([name, read]) => [
    name,
    parseFamily(name as FamilyName, read),
  ]);
  return Object.fromEntries(parsed) as Families;
}

function parseFamily(name: FamilyName, read: Evidence<unknown>): Evidence<unknown> {
  if (read.kind !== "read") return read;
  const { data: value, error } = FAMILIES[name].schema.safeParse(read.value);
  if (error === undefined) return { kind: "read", value };
  const paths = new Set(error.issues.map(({ path }) => path.join(".")));
  return {
    kind: "unknown",
    reason: `the server returned values that Postgres never returns: ${[...paths].slice(0, 3).join(", ")}`,
  };
}
