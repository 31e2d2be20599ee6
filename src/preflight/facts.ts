import type { HeldPrivileges } from "../access/read-held-privileges";
import type { TableOwners } from "../access/read-table-owners";
import type { AccessState } from "../access/state";
import type { Activity } from "./facts/activity";
import type { AdminSearchPathFacts } from "./facts/admin-search-path";
import type { ColumnFacts } from "./facts/columns";
import type { ConfigurationFiles } from "./facts/configuration-files";
import type { ConnectionFacts } from "./facts/connection";
import type { ExtensionFacts } from "./facts/extensions";
import type { HbaFacts } from "./facts/hba";
import type { LaterDdl } from "./facts/later-ddl";
import type { ReplicationArtefacts } from "./facts/replication-artefacts";
import type { RoleFacts } from "./facts/role";
import type { SearchPathFacts } from "./facts/search-path";
import type { ServerFacts } from "./facts/server";
import type { ServerIdentity } from "./facts/server-identity";
import type { ServiceFacts } from "./facts/service";
import type { SpecialTables } from "./facts/special-tables";
import type { TableFacts } from "./facts/tables";
import type { Writes } from "./facts/writes";
import type { SlotProbe } from "./probes/slot";

/** Everything that was read about the source: the other half of a check's input. JSON, and free of secrets. */
export interface Facts {
  /** How the source was reached: address, TLS, login of the admin and of the role, a pooler in between. */
  readonly connection: ConnectionFacts;
  /** pg_hba_file_rules. */
  readonly hba: Read<HbaFacts>;
  /** Errors of postgresql.conf and pg_ident.conf. */
  readonly configurationFiles: Read<ConfigurationFiles>;
  /** Version, settings, slots and senders. */
  readonly server: Read<ServerFacts>;
  /** Which cluster it is. */
  readonly identity: Read<ServerIdentity>;
  /** Open transactions and connections, in this moment. */
  readonly activity: Read<Activity>;
  /** How much is written, to the WAL and in this database. */
  readonly writes: Read<Writes>;
  /** The role's attributes, password verifier and settings. */
  readonly role: Read<RoleFacts>;
  /** The search_path of the role's sessions. */
  readonly searchPath: Read<SearchPathFacts>;
  /** The search_path of the sessions in which `@pulumi/postgresql` deploys, and who can create in it. */
  readonly adminSearchPath: Read<AdminSearchPathFacts>;
  /** What the catalogue says of the role's access. */
  readonly access: Read<AccessState>;
  /** Who owns tables and who creates them. */
  readonly tableOwners: Read<TableOwners>;
  /** What the role holds that the grants of this very deployment would take away. */
  readonly held: Read<readonly HeldPrivileges[]>;
  /** Tables and their replica identity. */
  readonly tables: Read<TableFacts>;
  /** What is replicated otherwise than one expects, or not at all. */
  readonly specialTables: Read<SpecialTables>;
  /** Types of columns, and large values. */
  readonly columns: Read<ColumnFacts>;
  /** Extensions, and rows in their tables. */
  readonly extensions: Read<ExtensionFacts>;
  /** Triggers, rules and policies, of which CREATE is not replicated. */
  readonly laterDdl: Read<LaterDdl>;
  /** pgstream schema, event triggers and wal2json slots that exist on the source. */
  readonly artefacts: Read<ReplicationArtefacts>;
  /** What creating a temporary wal2json slot said. */
  readonly slotProbe: Read<SlotProbe>;
  /** What Ardent's service says; handed in, preflight speaks no HTTP. */
  readonly service: Read<ServiceFacts>;
}

/** A part of the facts: read, not asked for, or asked for and not to be had. */
export type Read<T> =
  | { readonly kind: "read"; readonly value: T }
  | ({ readonly kind: "skipped"; readonly reason: string } & Cause)
  | ({ readonly kind: "unknown"; readonly reason: string } & Cause);

/** Why something could not be read or judged, where programs have to know. */
export interface Cause {
  /** The check that has to pass first. */
  readonly needs?: string;
  /** What this run was not given. */
  readonly missing?: MissingInput;
}

/**
 * What a run can be without: the address that Ardent comes from, the role's password, leave to create a temporary slot,
 * a token for Ardent's service, a deployment that grants something.
 */
export const MISSING_INPUTS = ["egress-ip", "role-password", "slot-probe", "token", "deployment"] as const;
export type MissingInput = (typeof MISSING_INPUTS)[number];
