import type { PrivilegesRevokedByGrant } from "../../access/read-privileges-revoked-by-grant";
import type { TableOwners } from "../../access/read-table-owners";
import type { AccessState } from "../../access/state";
import type { SlotProbe } from "../probes/slot";
import type { Activity } from "./activity";
import type { AdminSearchPathFacts } from "./admin-search-path";
import type { ColumnFacts } from "./columns";
import type { ConfigurationFiles } from "./configuration-files";
import type { ConnectionFacts } from "./connection";
import type { Evidence } from "./evidence";
import type { ExtensionFacts } from "./extensions";
import type { HbaFacts } from "./hba";
import type { LaterDdl } from "./later-ddl";
import type { ReplicationArtifacts } from "./replication-artifacts";
import type { ReplicationCaveats } from "./replication-caveats";
import type { RoleFacts } from "./role";
import type { SearchPathFacts } from "./search-path";
import type { ServerFacts } from "./server";
import type { ServerIdentity } from "./server-identity";
import type { ServiceFacts } from "./service";
import type { TableFacts } from "./tables";
import type { Writes } from "./writes";

/** Everything that was read about the source: the other half of a check's input. JSON, and free of secrets. */
export interface Facts {
  /** How the source was reached: address, TLS, login of the admin and of the role, a pooler in between. */
  readonly connection: ConnectionFacts;
  /** pg_hba_file_rules. */
  readonly hba: Evidence<HbaFacts>;
  /** Errors of postgresql.conf and pg_ident.conf. */
  readonly configurationFiles: Evidence<ConfigurationFiles>;
  /** Version, settings, slots and senders. */
  readonly server: Evidence<ServerFacts>;
  /** Which cluster it is. */
  readonly identity: Evidence<ServerIdentity>;
  /** Open transactions and connections, in this moment. */
  readonly activity: Evidence<Activity>;
  /** How much is written, to the WAL and in this database. */
  readonly writes: Evidence<Writes>;
  /** The role's attributes, password verifier and settings. */
  readonly role: Evidence<RoleFacts>;
  /** The search_path of the role's sessions. */
  readonly searchPath: Evidence<SearchPathFacts>;
  /** The search_path of the sessions in which `@pulumi/postgresql` deploys, and who can create in it. */
  readonly adminSearchPath: Evidence<AdminSearchPathFacts>;
  /** What the catalog says of the role's access. */
  readonly access: Evidence<AccessState>;
  /** Who owns tables and who creates them. */
  readonly tableOwners: Evidence<TableOwners>;
  /** What the role holds that the grants of this very deployment would take away. */
  readonly held: Evidence<readonly PrivilegesRevokedByGrant[]>;
  /** Tables and their replica identity. */
  readonly tables: Evidence<TableFacts>;
  /** What is replicated otherwise than one expects, or not at all. */
  readonly replicationCaveats: Evidence<ReplicationCaveats>;
  /** Types of columns, and large values. */
  readonly columns: Evidence<ColumnFacts>;
  /** Extensions, and rows in their tables. */
  readonly extensions: Evidence<ExtensionFacts>;
  /** Triggers, rules and policies, of which CREATE is not replicated. */
  readonly laterDdl: Evidence<LaterDdl>;
  /** pgstream schema, event triggers and wal2json slots that exist on the source. */
  readonly artifacts: Evidence<ReplicationArtifacts>;
  /** What creating a temporary wal2json slot said. */
  readonly slotProbe: Evidence<SlotProbe>;
  /** What Ardent's service says; handed in, preflight speaks no HTTP. */
  readonly service: Evidence<ServiceFacts>;
}
