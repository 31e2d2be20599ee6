export type { TableOwner } from "./access/read-table-owners";
export { DatabaseGrants, type DatabaseGrantsArgs } from "./components/database-grants";
export { DefaultPrivileges, type DefaultPrivilegesArgs } from "./components/default-privileges";
export { getTableOwners, type TableOwnersOptions } from "./components/get-table-owners";
export { PostgresSource } from "./components/postgres-source";
export type {
  PostgresSourceArgs,
  PostgresSourceConnectorArgs,
  PostgresSourceRoleArgs,
  SchemaArgs,
} from "./components/postgres-source-args";
export { ReplicationRole, type ReplicationRoleArgs } from "./components/replication-role";
export type { GranteeArgs } from "./components/role-args";
export { SchemaGrants, type SchemaGrantsArgs } from "./components/schema-grants";
export { Branch, type BranchArgs } from "./dynamic/branch/branch";
export { Connector, type ConnectorArgs, type ConnectorSourceArgs } from "./dynamic/connector/connector";
export {
  Preflight,
  type PreflightArgs,
  type PreflightConnectorArgs,
  type PreflightCreatorArgs,
  type PreflightRoleArgs,
  type PreflightSchemaArgs,
} from "./dynamic/preflight/preflight";
export { Replication, type ReplicationArgs } from "./dynamic/replication/replication";
export type { AdminArgs, SourceConnectionArgs } from "./dynamic/source/source-args";
export { FailureAction } from "./failure-action";
export type { ConnectionParts } from "./postgres/connection-settings";
export { SslMode } from "./postgres/ssl-mode";
export type { ServerIdentity } from "./preflight/facts/server-identity";
export { ReplicaIdentityDecision } from "./replica-identity-decision";
