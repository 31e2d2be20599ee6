import {
  heldPrivilegesSchema,
  type PrivilegesRevokedByGrant,
  readPrivilegesRevokedByGrant,
} from "../../access/read-privileges-revoked-by-grant";
import { readAccessState } from "../../access/read-state";
import { readTableOwners, type TableOwners, tableOwnersSchema } from "../../access/read-table-owners";
import { type AccessState, accessStateSchema } from "../../access/state";
import { type SlotProbe, slotProbeSchema } from "../probes/slot";
import { type Activity, activitySchema, readActivity } from "./activity";
import { type AdminSearchPathFacts, adminSearchPathSchema, readAdminSearchPath } from "./admin-search-path";
import { type ColumnFacts, columnsSchema, readColumnFacts } from "./columns";
import {
  type ConfigurationFiles,
  configurationFilesSchema,
  readConfigurationFiles,
} from "./configuration-files";
import { type ExtensionFacts, extensionsSchema, readExtensionFacts } from "./extensions";
import type { Family, Refusal, SessionFamily } from "./family";
import { type HbaFacts, hbaSchema, readHbaFacts } from "./hba";
import { type LaterDdl, laterDdlSchema, readLaterDdl } from "./later-ddl";
import {
  type ReplicationArtifacts,
  readReplicationArtifacts,
  replicationArtifactsSchema,
} from "./replication-artifacts";
import {
  type ReplicationCaveats,
  readReplicationCaveats,
  replicationCaveatsSchema,
} from "./replication-caveats";
import { type RoleFacts, readRoleFacts, roleFactsSchema } from "./role";
import { readSearchPath, type SearchPathFacts, searchPathSchema } from "./search-path";
import { readServerFacts, type ServerFacts, serverSchema } from "./server";
import { readServerIdentity, type ServerIdentity, serverIdentitySchema } from "./server-identity";
import { type ServiceFacts, serviceSchema } from "./service";
import { type ServiceAccess, serviceAccessSchema } from "./service-access";
import { readTableFacts, type TableFacts, tablesSchema } from "./tables";
import { readWrites, type Writes, writesSchema } from "./writes";

/** By default only a superuser can read pg_hba.conf. */
const HBA_REFUSAL: Refusal = {
  kind: "skipped",
  right: "GRANT SELECT ON pg_hba_file_rules and GRANT EXECUTE ON FUNCTION pg_hba_file_rules() would show it",
};

/** The same for errors of postgresql.conf. */
const FILES_REFUSAL: Refusal = {
  kind: "skipped",
  right:
    "GRANT SELECT ON pg_file_settings and GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() would show it",
};

/**
 * Every family of facts, in the order in which they are read. The gathering, the files of saved facts and the samples of
 * the tests derive from this list.
 */
export const FAMILIES = {
  /** Version, settings, slots and senders. */
  server: bySession<ServerFacts>({
    schema: serverSchema,
    ofServer: true,
    read:
      ({ role }) =>
      (session) =>
        readServerFacts(session, role),
  }),
  /** Which cluster it is. */
  identity: bySession<ServerIdentity>({
    schema: serverIdentitySchema,
    ofServer: true,
    read: () => readServerIdentity,
  }),
  /** Currently open transactions and connections. */
  activity: bySession<Activity>({
    schema: activitySchema,
    read:
      ({ applicationName }) =>
      (session) =>
        readActivity(session, applicationName),
  }),
  /** The amount of writes, to the WAL and in this database. */
  writes: bySession<Writes>({ schema: writesSchema, read: () => readWrites }),
  /** pg_hba_file_rules. */
  hba: bySession<HbaFacts>({
    schema: hbaSchema,
    read:
      ({ role }) =>
      (session) =>
        readHbaFacts(session, role),
    ofServer: true,
    refusal: HBA_REFUSAL,
  }),
  /** Errors of postgresql.conf and pg_ident.conf. */
  configurationFiles: bySession<ConfigurationFiles>({
    schema: configurationFilesSchema,
    read: () => readConfigurationFiles,
    ofServer: true,
    refusal: FILES_REFUSAL,
  }),
  /** The role's attributes, password verifier and settings. */
  role: bySession<RoleFacts>({
    schema: roleFactsSchema,
    read:
      ({ role, requested, password }) =>
      (session) =>
        readRoleFacts(session, role, { schemas: requested, ...(password === undefined ? {} : { password }) }),
  }),
  /** The search_path of the role's sessions. */
  searchPath: bySession<SearchPathFacts>({
    schema: searchPathSchema,
    read:
      ({ role }) =>
      (session) =>
        readSearchPath(session, role),
  }),
  /** The search_path of the sessions in which `@pulumi/postgresql` deploys, and who can create in it. */
  adminSearchPath: bySession<AdminSearchPathFacts>({
    schema: adminSearchPathSchema,
    read: ({ deployer }) =>
      deployer === undefined
        ? { kind: "skipped", reason: "applies to deployments only", missing: "deployment" }
        : (session) => readAdminSearchPath(session, deployer),
  }),
  /** The role's access according to the catalog. */
  access: bySession<AccessState>({
    schema: accessStateSchema,
    read:
      ({ role, requested }) =>
      (session) =>
        readAccessState(session, role, requested),
  }),
  /** The roles that own tables, and those that can create them. */
  tableOwners: bySession<TableOwners>({
    schema: tableOwnersSchema,
    read:
      ({ schemas, role }) =>
      (session) =>
        readTableOwners(session, schemas, role),
  }),
  /** Privileges of the role that the grants of this deployment would revoke. */
  held: bySession<readonly PrivilegesRevokedByGrant[]>({
    schema: heldPrivilegesSchema,
    read: ({ role, grants }) =>
      grants.length === 0
        ? { kind: "skipped", reason: "applies to deployments only", missing: "deployment" }
        : (session) => readPrivilegesRevokedByGrant(session, role, grants),
  }),
  /** Tables and their replica identity. */
  tables: bySession<TableFacts>({
    schema: tablesSchema,
    read:
      ({ schemas, excluded, decided }) =>
      (session) =>
        readTableFacts(session, schemas, excluded, decided),
  }),
  /** Objects that are not replicated, or not as expected. */
  replicationCaveats: bySession<ReplicationCaveats>({
    schema: replicationCaveatsSchema,
    read:
      ({ role, schemas, excluded }) =>
      (session) =>
        readReplicationCaveats(session, role, schemas, excluded),
  }),
  /** Types of columns, and large values. */
  columns: bySession<ColumnFacts>({
    schema: columnsSchema,
    read:
      ({ schemas, excluded }) =>
      (session) =>
        readColumnFacts(session, schemas, excluded),
  }),
  /** Extensions, and rows in their tables. */
  extensions: bySession<ExtensionFacts>({
    schema: extensionsSchema,
    read:
      ({ schemas, excluded }) =>
      (session) =>
        readExtensionFacts(session, schemas, excluded),
  }),
  /** Triggers, rules and policies, of which CREATE is not replicated. */
  laterDdl: bySession<LaterDdl>({
    schema: laterDdlSchema,
    read:
      ({ schemas, excluded }) =>
      (session) =>
        readLaterDdl(session, schemas, excluded),
  }),
  /** pgstream schema, event triggers and wal2json slots that exist on the source. */
  artifacts: bySession<ReplicationArtifacts>({
    schema: replicationArtifactsSchema,
    read: () => readReplicationArtifacts,
  }),
  /** The result of creating a temporary wal2json slot, which is tried after the logins. */
  slotProbe: given<SlotProbe>({ schema: slotProbeSchema }),
  /** The data of Ardent's service; passed in, because preflight itself uses no HTTP. */
  service: given<ServiceFacts>({ schema: serviceSchema }),
  /** Whether Ardent's API accepts this program's requests; handed in like the service. */
  serviceAccess: given<ServiceAccess>({ schema: serviceAccessSchema }),
};

function bySession<Value>(family: SessionFamily<Value>): SessionFamily<Value> {
  return family;
}

function given<Value>(family: Family<Value>): Family<Value> {
  return family;
}

/** The name of a family. */
export type FamilyName = keyof typeof FAMILIES;

/** The name of a family that a session reads. */
export type SessionFamilyName = {
  [name in FamilyName]: (typeof FAMILIES)[name] extends { readonly read: unknown } ? name : never;
}[FamilyName];

/** The value of a family. */
export type FamilyValue<Name extends FamilyName> =
  (typeof FAMILIES)[Name] extends Family<infer Value> ? Value : never;

/** The names of all families. */
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly FamilyName[];
