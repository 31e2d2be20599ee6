import type { Check } from "./check";
import { hbaReplication } from "./checks/hba-replication";
import { hbaSql } from "./checks/hba-sql";
import { ipv4Address } from "./checks/ipv4-address";
import { login } from "./checks/login";
import { outputPluginAllowed } from "./checks/output-plugin-allowed";
import { replicationSlots } from "./checks/replication-slots";
import { serverVersion } from "./checks/server-version";
import { tcpReachable } from "./checks/tcp-reachable";
import { tls } from "./checks/tls";
import { walLevel } from "./checks/wal-level";
import { walSenders } from "./checks/wal-senders";
import { wal2json } from "./checks/wal2json";
import { writablePrimary } from "./checks/writable-primary";

/** Every check, in run order: the order of the report. */
export const CATALOG: readonly Check[] = [
  // connection
  ipv4Address,
  tcpReachable,
  tls,
  login,
  serverVersion,
  // access-rules
  hbaSql,
  hbaReplication,
  // server
  writablePrimary,
  walLevel,
  walSenders,
  replicationSlots,
  outputPluginAllowed,
  wal2json,
  // role
  // grants
  // tables
  // ardent
];
