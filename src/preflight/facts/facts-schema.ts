import { z } from "zod";
import { heldPrivilegesSchema } from "../../access/read-privileges-revoked-by-grant";
import { tableOwnersSchema } from "../../access/read-table-owners";
import { accessStateSchema } from "../../access/state";
import { schemaOf } from "../../schema-of";
import { slotProbeSchema } from "../probes/slot";
import { activitySchema } from "./activity";
import { adminSearchPathSchema } from "./admin-search-path";
import { columnsSchema } from "./columns";
import { configurationFilesSchema } from "./configuration-files";
import { connectionSchema } from "./connection";
import type { Evidence } from "./evidence";
import { readSchema } from "./evidence-schema";
import { extensionsSchema } from "./extensions";
import type { Facts } from "./facts";
import { hbaSchema } from "./hba";
import { laterDdlSchema } from "./later-ddl";
import { replicationArtifactsSchema } from "./replication-artifacts";
import { specialTablesSchema } from "./replication-caveats";
import { roleFactsSchema } from "./role";
import { searchPathSchema } from "./search-path";
import { serverSchema } from "./server";
import { serverIdentitySchema } from "./server-identity";
import { serviceSchema } from "./service";
import { tablesSchema } from "./tables";
import { writesSchema } from "./writes";

/**
 * The schema of what was read of each family: what a server says is held to it before a check sees it, and what a
 * file says too. A family that is added to the facts is added here.
 */
const FACT_SCHEMAS = {
  hba: hbaSchema,
  configurationFiles: configurationFilesSchema,
  server: serverSchema,
  identity: serverIdentitySchema,
  activity: activitySchema,
  writes: writesSchema,
  role: roleFactsSchema,
  searchPath: searchPathSchema,
  adminSearchPath: adminSearchPathSchema,
  access: accessStateSchema,
  tableOwners: tableOwnersSchema,
  held: heldPrivilegesSchema,
  tables: tablesSchema,
  replicationCaveats: specialTablesSchema,
  columns: columnsSchema,
  extensions: extensionsSchema,
  laterDdl: laterDdlSchema,
  artifacts: replicationArtifactsSchema,
  slotProbe: slotProbeSchema,
  service: serviceSchema,
} satisfies { readonly [family in Family]: unknown };

/** A part of the facts that is read as a whole, or not. */
type Family = Exclude<keyof Facts, "connection">;

/** All facts, as a file has them. */
export const factsSchema = schemaOf<Facts>()(
  z.object({
    connection: connectionSchema,
    hba: readSchema(FACT_SCHEMAS.hba),
    configurationFiles: readSchema(FACT_SCHEMAS.configurationFiles),
    server: readSchema(FACT_SCHEMAS.server),
    identity: readSchema(FACT_SCHEMAS.identity),
    activity: readSchema(FACT_SCHEMAS.activity),
    writes: readSchema(FACT_SCHEMAS.writes),
    role: readSchema(FACT_SCHEMAS.role),
    searchPath: readSchema(FACT_SCHEMAS.searchPath),
    adminSearchPath: readSchema(FACT_SCHEMAS.adminSearchPath),
    access: readSchema(FACT_SCHEMAS.access),
    tableOwners: readSchema(FACT_SCHEMAS.tableOwners),
    held: readSchema(FACT_SCHEMAS.held),
    tables: readSchema(FACT_SCHEMAS.tables),
    replicationCaveats: readSchema(FACT_SCHEMAS.replicationCaveats),
    columns: readSchema(FACT_SCHEMAS.columns),
    extensions: readSchema(FACT_SCHEMAS.extensions),
    laterDdl: readSchema(FACT_SCHEMAS.laterDdl),
    artifacts: readSchema(FACT_SCHEMAS.artifacts),
    slotProbe: readSchema(FACT_SCHEMAS.slotProbe),
    service: readSchema(FACT_SCHEMAS.service),
  }),
);

/**
 * Holds what a server said to the schemas. A family that says what no Postgres says is unknown: a privilege or an
 * object of another kind never reaches a check, and with it no statement.
 */
export function parseFamilies<Families extends { readonly [family in Family]?: Evidence<unknown> }>(
  families: Families,
): Families {
  const parsed = Object.entries(families).map(([name, read]) => [name, parseFamily(name as Family, read)]);
  return Object.fromEntries(parsed) as Families;
}

function parseFamily(name: Family, read: Evidence<unknown>): Evidence<unknown> {
  if (read.kind !== "read") return read;
  const { data: value, error } = FACT_SCHEMAS[name].safeParse(read.value);
  if (error === undefined) return { kind: "read", value };
  const paths = new Set(error.issues.map(({ path }) => path.join(".")));
  return {
    kind: "unknown",
    reason: `the server says what Postgres does not say: ${[...paths].slice(0, 3).join(", ")}`,
  };
}
