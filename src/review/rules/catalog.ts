import { accessInterrupted } from "./access-interrupted";
import { accessOverridden } from "./access-overridden";
import { cleartext } from "./cleartext";
import { connectorDeleted } from "./connector-deleted";
import { databaseChanged } from "./database-changed";
import { globalDefaultPrivileges } from "./global-default-privileges";
import { grantOption } from "./grant-option";
import { passwordRotated } from "./password-rotated";
import { predefinedRole } from "./predefined-role";
import { preflightOff } from "./preflight-off";
import { publicGrant } from "./public-grant";
import { replicationGained } from "./replication-gained";
import { replicationLost } from "./replication-lost";
import { roleManagedElsewhere } from "./role-managed-elsewhere";
import type { Rule } from "./rule";
import { schemaStillReplicated } from "./schema-still-replicated";
import { superuserGained } from "./superuser-gained";
import { superuserLost } from "./superuser-lost";
import { writePrivilege } from "./write-privilege";

/** Every rule, in the order of the review within one severity. */
export const RULES: readonly Rule[] = [
  databaseChanged,
  connectorDeleted,
  accessOverridden,
  replicationLost,
  superuserGained,
  publicGrant,
  predefinedRole,
  cleartext,
  superuserLost,
  replicationGained,
  writePrivilege,
  grantOption,
  globalDefaultPrivileges,
  accessInterrupted,
  schemaStillReplicated,
  preflightOff,
  passwordRotated,
  roleManagedElsewhere,
];
