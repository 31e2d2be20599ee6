import type { Check } from "../check/check";
import { judgeDatabasePrivilege } from "../judge/database-privilege";

/** PUBLIC has it by default, and careful servers take it away. */
export const databaseConnect: Check = {
  id: "database-connect",
  category: "grants",
  title: "the role may connect to the database",
  severity: "error",
  requires: ["role-exists"],
  run: (input) => judgeDatabasePrivilege(input, "CONNECT"),
};
