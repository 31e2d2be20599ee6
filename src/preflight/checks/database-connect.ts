import { defineCheck } from "../check/define-check";
import { judgeDatabasePrivilege } from "../judge/database-privilege";

/** PUBLIC has it by default, but hardened servers revoke it. */
export const databaseConnect = defineCheck({
  id: "database-connect",
  category: "grants",
  title: "the role can connect to the database",
  severity: "error",
  requires: ["role-exists"],
  reads: ["access"],
  judge: (input) => judgeDatabasePrivilege(input, "CONNECT"),
});
