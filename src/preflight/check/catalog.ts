import { adminRights } from "../checks/admin-rights";
import { adminSearchPath } from "../checks/admin-search-path";
import { ardentAccess } from "../checks/ardent-access";
import { ardentConnector } from "../checks/ardent-connector";
import { ardentPreflight } from "../checks/ardent-preflight";
import { ardentSlot } from "../checks/ardent-slot";
import { columnTypes } from "../checks/column-types";
import { configFiles } from "../checks/config-files";
import { connectionHeadroom } from "../checks/connection-headroom";
import { currentUser } from "../checks/current-user";
import { databaseConnect } from "../checks/database-connect";
import { databaseCreate } from "../checks/database-create";
import { databaseEncoding } from "../checks/database-encoding";
import { ddlNotReplicated } from "../checks/ddl-not-replicated";
import { defaultPrivileges } from "../checks/default-privileges";
import { defaultPrivilegesCreators } from "../checks/default-privileges-creators";
import { directConnection } from "../checks/direct-connection";
import { duplicateSource } from "../checks/duplicate-source";
import { eventTriggers } from "../checks/event-triggers";
import { existingSlots } from "../checks/existing-slots";
import { extensions } from "../checks/extensions";
import { failoverSlots } from "../checks/failover-slots";
import { hbaLoaded } from "../checks/hba-loaded";
import { hbaReplication } from "../checks/hba-replication";
import { hbaReplicationLine } from "../checks/hba-replication-line";
import { hbaSql } from "../checks/hba-sql";
import { heldPrivileges } from "../checks/held-privileges";
import { idleDatabase } from "../checks/idle-database";
import { idleTransactions } from "../checks/idle-transactions";
import { ipv4Address } from "../checks/ipv4-address";
import { lockCapacity } from "../checks/lock-capacity";
import { login } from "../checks/login";
import { notReplicated } from "../checks/not-replicated";
import { otherEventTriggers } from "../checks/other-event-triggers";
import { outputPluginAllowed } from "../checks/output-plugin-allowed";
import { partitionIdentity } from "../checks/partition-identity";
import { plpgsql } from "../checks/plpgsql";
import { readSequences } from "../checks/read-sequences";
import { readTables } from "../checks/read-tables";
import { replicaIdentity } from "../checks/replica-identity";
import { replicationSlots } from "../checks/replication-slots";
import { roleExists } from "../checks/role-exists";
import { roleLogin } from "../checks/role-login";
import { rolePassword } from "../checks/role-password";
import { roleReplication } from "../checks/role-replication";
import { roleSearchPath } from "../checks/role-search-path";
import { roleSuperuser } from "../checks/role-superuser";
import { rowSecurity } from "../checks/row-security";
import { schemaUsage } from "../checks/schema-usage";
import { schemasExist } from "../checks/schemas-exist";
import { serverVersion } from "../checks/server-version";
import { sessionTimeouts } from "../checks/session-timeouts";
import { singleInstance } from "../checks/single-instance";
import { slotCreationBlockers } from "../checks/slot-creation-blockers";
import { slotIdleTimeout } from "../checks/slot-idle-timeout";
import { slotName } from "../checks/slot-name";
import { slotWalKeepSize } from "../checks/slot-wal-keep-size";
import { streamFormats } from "../checks/stream-formats";
import { synchronousReplication } from "../checks/synchronous-replication";
import { tableDecisions } from "../checks/table-decisions";
import { tcpReachable } from "../checks/tcp-reachable";
import { tls } from "../checks/tls";
import { toastColumns } from "../checks/toast-columns";
import { unloggedTables } from "../checks/unlogged-tables";
import { walBudget } from "../checks/wal-budget";
import { walLevel } from "../checks/wal-level";
import { walSenders } from "../checks/wal-senders";
import { wal2json } from "../checks/wal2json";
import { writablePrimary } from "../checks/writable-primary";
import type { Check } from "./check";

/** Every check, in run order: the order of the report. */
export const CATALOG: readonly Check[] = [
  // connection
  ipv4Address,
  tcpReachable,
  tls,
  login,
  serverVersion,
  directConnection,
  singleInstance,
  // access-rules
  hbaLoaded,
  hbaSql,
  hbaReplication,
  hbaReplicationLine,
  // server
  configFiles,
  writablePrimary,
  walLevel,
  walSenders,
  replicationSlots,
  slotName,
  outputPluginAllowed,
  wal2json,
  plpgsql,
  eventTriggers,
  otherEventTriggers,
  slotWalKeepSize,
  walBudget,
  slotIdleTimeout,
  failoverSlots,
  slotCreationBlockers,
  synchronousReplication,
  existingSlots,
  idleTransactions,
  idleDatabase,
  sessionTimeouts,
  lockCapacity,
  connectionHeadroom,
  databaseEncoding,
  streamFormats,
  // role
  roleExists,
  roleLogin,
  currentUser,
  roleReplication,
  roleSuperuser,
  rolePassword,
  roleSearchPath,
  duplicateSource,
  // grants
  adminRights,
  adminSearchPath,
  heldPrivileges,
  databaseConnect,
  databaseCreate,
  schemasExist,
  schemaUsage,
  readTables,
  readSequences,
  defaultPrivileges,
  defaultPrivilegesCreators,
  rowSecurity,
  // tables
  tableDecisions,
  replicaIdentity,
  partitionIdentity,
  unloggedTables,
  notReplicated,
  columnTypes,
  toastColumns,
  extensions,
  ddlNotReplicated,
  // ardent
  ardentAccess,
  ardentPreflight,
  ardentConnector,
  ardentSlot,
];
